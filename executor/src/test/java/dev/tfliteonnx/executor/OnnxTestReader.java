package dev.tfliteonnx.executor;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Container;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads ONNX models from protobuf without generated classes. Types and shapes of values that the model does not
 * state are float32 and unknown.
 */
final class OnnxTestReader {
    /** The model uses something that has no place in the graph. */
    static final class NotReadException extends RuntimeException {
        NotReadException(String what) {
            super(what);
        }
    }

    /** Reads one field; the stream stands behind its tag. */
    @FunctionalInterface
    interface FieldReader {
        /** Whether the field was read. */
        boolean read(int field, CodedInputStream in) throws IOException;
    }

    private OnnxTestReader() {}

    /** The graph of a ModelProto. */
    static Graph model(byte[] bytes) throws IOException {
        List<ByteString> graphs = new ArrayList<>();
        each(CodedInputStream.newInstance(bytes), (field, in) -> {
            if (field == 25) {
                throw new NotReadException("functions of the model's own");
            }
            return field == 7 && graphs.add(in.readBytes());
        });
        Graph graph = new Graph(Dialect.ONNX, "");
        new GraphReader(graph, Map.of()).read(graphs.get(0).newCodedInput());
        return graph;
    }

    static void each(CodedInputStream in, FieldReader reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!reader.read(WireFormat.getTagFieldNumber(tag), in)) {
                in.skipField(tag);
            }
        }
    }

    private static final class GraphReader {
        private final Graph graph;
        private final Map<String, Value> scope;
        private final List<ByteString> nodes = new ArrayList<>();
        private final List<OnnxTestData.TensorReader> initializers = new ArrayList<>();
        private final List<ValueInfo> inputs = new ArrayList<>();
        private final List<ValueInfo> outputs = new ArrayList<>();
        private final Map<String, ValueInfo> infos = new HashMap<>();

        GraphReader(Graph graph, Map<String, Value> outer) {
            this.graph = graph;
            this.scope = new HashMap<>(outer);
        }

        void read(CodedInputStream from) throws IOException {
            each(from, (field, in) -> switch (field) {
                case 1 -> nodes.add(in.readBytes());
                case 5 ->
                    initializers.add(
                            new OnnxTestData.TensorReader().read(in.readBytes().newCodedInput()));
                case 11 -> inputs.add(info(in.readBytes()));
                case 12 -> outputs.add(info(in.readBytes()));
                case 13 -> {
                    ValueInfo info = info(in.readBytes());
                    infos.put(info.name(), info);
                    yield true;
                }
                default -> false;
            });
            for (OnnxTestData.TensorReader initializer : initializers) {
                scope.put(initializer.name(), graph.constant(initializer.name(), initializer.tensor()));
            }
            for (ValueInfo input : inputs) {
                if (initializers.stream().noneMatch(i -> i.name().equals(input.name()))) {
                    scope.put(input.name(), graph.input(input));
                }
            }
            outputs.forEach(o -> infos.put(o.name(), o));
            for (ByteString node : nodes) {
                node(node.newCodedInput());
            }
            graph.setOutputs(outputs.stream().map(o -> value(o.name())).toList());
        }

        private void node(CodedInputStream from) throws IOException {
            List<Value> in = new ArrayList<>();
            List<String> out = new ArrayList<>();
            List<AttributeReader> attributes = new ArrayList<>();
            String[] op = {"", ""};
            each(from, (field, stream) -> {
                switch (field) {
                    case 1 -> in.add(value(stream.readString()));
                    case 2 -> out.add(stream.readString());
                    case 4 -> op[0] = stream.readString();
                    case 5 ->
                        attributes.add(
                                new AttributeReader().read(stream.readBytes().newCodedInput()));
                    case 7 -> op[1] = stream.readString();
                    default -> {
                        return false;
                    }
                }
                return true;
            });
            Attributes options = Attributes.NONE;
            for (AttributeReader attribute : attributes) {
                options = attribute.addTo(options, graph, scope);
            }
            String domain = op[1].equals("ai.onnx") ? "" : op[1];
            OpType type = new OpType(Dialect.ONNX, domain, op[0]);
            List<ValueInfo> made = out.stream()
                    .map(name -> infos.getOrDefault(name, ValueInfo.of(name, DataType.FLOAT32, Shape.UNKNOWN)))
                    .toList();
            List<Value> values = graph.add(type, in, options, made, Origin.NONE);
            for (int i = 0; i < out.size(); i++) {
                scope.put(out.get(i), values.get(i));
            }
        }

        private Value value(String name) {
            if (name.isEmpty()) {
                return Value.ABSENT;
            }
            Value value = scope.get(name);
            if (value == null) {
                throw new NotReadException("nothing computes " + name);
            }
            return value;
        }
    }

    private static ValueInfo info(ByteString bytes) throws IOException {
        String[] name = {""};
        TypeReader type = new TypeReader();
        each(bytes.newCodedInput(), (field, in) -> {
            if (field == 1) {
                name[0] = in.readString();
            } else if (field == 2) {
                type.read(in.readBytes());
            }
            return field == 1 || field == 2;
        });
        return new ValueInfo(name[0], type.element, type.shape, Optional.empty(), type.containers);
    }

    private static final class TypeReader {
        private DataType element = DataType.FLOAT32;
        private Shape shape = Shape.UNKNOWN;
        private final List<Container> containers = new ArrayList<>();

        void read(ByteString bytes) throws IOException {
            each(bytes.newCodedInput(), (field, in) -> {
                switch (field) {
                    case 1 -> each(in.readBytes().newCodedInput(), this::tensor);
                    case 4 -> container(new Container.Sequence(), in.readBytes());
                    case 9 -> container(new Container.Maybe(), in.readBytes());
                    default -> throw new NotReadException("a value that is a map or sparse");
                }
                return true;
            });
        }

        private void container(Container container, ByteString of) throws IOException {
            containers.add(container);
            each(of.newCodedInput(), (field, in) -> {
                if (field == 1) {
                    read(in.readBytes());
                }
                return field == 1;
            });
        }

        private boolean tensor(int field, CodedInputStream in) throws IOException {
            if (field == 1) {
                element = type(in.readInt32());
            } else if (field == 2) {
                shape = OnnxTestReader.shape(in.readBytes());
            }
            return field == 1 || field == 2;
        }
    }

    private static Shape shape(ByteString bytes) throws IOException {
        List<Dim> dims = new ArrayList<>();
        each(bytes.newCodedInput(), (field, in) -> {
            Dim[] dim = {Dim.unknown()};
            each(in.readBytes().newCodedInput(), (part, stream) -> {
                if (part == 1) {
                    dim[0] = Dim.of(stream.readInt64());
                }
                return part == 1;
            });
            return dims.add(dim[0]);
        });
        return Shape.ofDims(dims);
    }

    static DataType type(int code) {
        return DataType.ofOnnxCode(code).orElseThrow(() -> new NotReadException("element type " + code));
    }

    /** Adds all of a packed field, or the one of an unpacked one. */
    static boolean numbers(CodedInputStream in, FieldReader one) throws IOException {
        if (WireFormat.getTagWireType(in.getLastTag()) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            return one.read(0, in);
        }
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            one.read(0, in);
        }
        in.popLimit(limit);
        return true;
    }

    private static final class AttributeReader {
        private static final int TYPE = 13;

        private String name = "";
        private int type;
        private long integer;
        private float real;
        private ByteString bytes = ByteString.EMPTY;
        private ByteString message = ByteString.EMPTY;
        private final List<Long> integers = new ArrayList<>();
        private final List<Float> reals = new ArrayList<>();
        private final List<String> strings = new ArrayList<>();

        AttributeReader read(CodedInputStream from) throws IOException {
            each(from, (field, in) -> {
                switch (field) {
                    case 1 -> name = in.readString();
                    case 2 -> real = in.readFloat();
                    case 3 -> integer = in.readInt64();
                    case 4 -> bytes = in.readBytes();
                    case 5, 6 -> message = in.readBytes();
                    case 7 -> numbers(in, (f, s) -> reals.add(s.readFloat()));
                    case 8 -> numbers(in, (f, s) -> integers.add(s.readInt64()));
                    case 9 -> strings.add(in.readBytes().toStringUtf8());
                    case 20 -> type = in.readInt32();
                    default -> {
                        return false;
                    }
                }
                return true;
            });
            return this;
        }

        Attributes addTo(Attributes to, Graph graph, Map<String, Value> scope) throws IOException {
            return switch (type) {
                case 1 -> to.with(Key.ofFloat(name), real);
                case 2 -> to.with(Key.ofInt(name), integer);
                case 3 -> to.with(Key.ofString(name), bytes.toStringUtf8());
                case 4 ->
                    to.with(
                            Key.ofTensor(name),
                            new OnnxTestData.TensorReader()
                                    .read(message.newCodedInput())
                                    .tensor());
                case 5 -> {
                    Graph nested = graph.nested(name);
                    new GraphReader(nested, scope).read(message.newCodedInput());
                    yield to.with(Key.ofGraph(name), nested);
                }
                case 6 -> {
                    float[] values = new float[reals.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = reals.get(i);
                    }
                    yield to.with(Key.ofFloats(name), Floats.of(values));
                }
                case 7 ->
                    to.with(
                            Key.ofInts(name),
                            Ints.of(integers.stream().mapToLong(Long::longValue).toArray()));
                case 8 -> to.with(Key.ofStrings(name), new Strings(strings));
                case TYPE -> to; // of an Optional without a value: kernels ask for the value only
                default -> throw new NotReadException("attribute " + name + " of kind " + type);
            };
        }
    }
}
