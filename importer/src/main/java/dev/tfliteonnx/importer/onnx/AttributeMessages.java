package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.SparseElements;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.ValueInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Reads {@code AttributeProto}, every kind of it. A string that is no UTF-8 becomes bytes. A reference to an attribute of
 * the function around is followed to what the call, or the function itself, gives.
 *
 * <p>Source: {@code onnx/onnx.proto}.
 */
final class AttributeMessages {
    private final TensorMessages tensors;
    private final GraphSource graphs;

    AttributeMessages(TensorMessages tensors, GraphSource graphs) {
        this.tensors = tensors;
        this.graphs = graphs;
    }

    /** Reads a graph that a node runs. */
    @FunctionalInterface
    interface GraphSource {
        /** A graph nested in {@code outer}. */
        Graph read(ProtoMessage message, Graph outer, Scope scope) throws ConversionException;
    }

    /** Adds an attribute to others, or nothing if it refers to one that is not given. */
    Attributes addTo(Attributes others, ProtoMessage in, Graph graph, Scope scope) throws ConversionException {
        return addTo(others, head(in.again()).name, in, graph, scope);
    }

    private Attributes addTo(Attributes others, String name, ProtoMessage in, Graph graph, Scope scope)
            throws ConversionException {
        Head head = head(in.again());
        if (!head.reference.isEmpty()) {
            Optional<Scope.Binding> bound = scope.attribute(head.reference);
            return bound.isEmpty()
                    ? others
                    : addTo(
                            others,
                            name,
                            bound.get().message(),
                            graph,
                            bound.get().scope());
        }
        return switch (head.type) {
            case 1, 2, 3 -> single(others, name, in.again(), head.type);
            case 4, 5, 9, 10 -> structured(others, name, in.again(), graph, scope);
            case 6 -> others.with(Key.ofFloats(name), floats(in.again()));
            case 7 -> others.with(Key.ofInts(name), ints(in.again()));
            case 8 -> others.with(Key.ofStrings(name), strings(in.again()));
            case 11, 12, 13, 14 -> rare(others, name, in.again(), head.type);
            default -> throw in.invalid("attribute " + name + " has the kind " + head.type);
        };
    }

    /** The name of an attribute. */
    static String name(ProtoMessage in) throws ConversionException {
        return head(in).name;
    }

    private record Head(String name, int type, String reference) {}

    private static Head head(ProtoMessage in) throws ConversionException {
        String name = "";
        String reference = "";
        int type = 0;
        int found = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 20 -> type = in.int32();
                case 21 -> reference = in.text();
                case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 -> found = in.field() - 1;
                default -> {}
            }
        }
        // files from before kinds were told show them by the field that is there
        return new Head(name, type == 0 ? found : type, reference);
    }

    private static Attributes single(Attributes others, String name, ProtoMessage in, int type)
            throws ConversionException {
        long integer = 0;
        float real = 0;
        Bytes string = Bytes.of(new byte[0], name);
        while (in.next()) {
            switch (in.field()) {
                case 2 -> real = in.real();
                case 3 -> integer = in.integer();
                case 4 -> string = in.bytes(name);
                default -> {}
            }
        }
        if (type == 1) {
            return others.with(Key.ofFloat(name), real);
        } else if (type == 2) {
            return others.with(Key.ofInt(name), integer);
        }
        Optional<String> text = in.textIfAny(string);
        return text.isPresent() ? others.with(Key.ofString(name), text.get()) : others.with(Key.ofBytes(name), string);
    }

    private Attributes structured(Attributes others, String name, ProtoMessage in, Graph graph, Scope scope)
            throws ConversionException {
        List<dev.tfliteonnx.ir.Tensor> manyTensors = new ArrayList<>();
        List<Graph> manyGraphs = new ArrayList<>();
        Attributes single = others;
        boolean found = false;
        while (in.next()) {
            switch (in.field()) {
                case 5 ->
                    single = others.with(
                            Key.ofTensor(name), tensors.tensor(in.message()).tensor());
                case 6 -> single = others.with(Key.ofGraph(name), graphs.read(in.message(), graph, scope));
                case 10 -> manyTensors.add(tensors.tensor(in.message()).tensor());
                case 11 -> manyGraphs.add(graphs.read(in.message(), graph, scope));
                default -> {}
            }
            found |= in.field() == 5 || in.field() == 6;
        }
        if (found) {
            return single;
        }
        return manyGraphs.isEmpty()
                ? others.with(Key.ofTensors(name), List.copyOf(manyTensors))
                : others.with(Key.ofGraphs(name), List.copyOf(manyGraphs));
    }

    private Attributes rare(Attributes others, String name, ProtoMessage in, int type) throws ConversionException {
        Attributes result = others;
        while (in.next()) {
            if (in.field() == 22) {
                result = others.with(
                        new Key<SparseElements>(name, SparseElements.class),
                        tensors.sparse(in.message()).getValue());
            } else if (in.field() == 14) {
                result = others.with(new Key<ValueInfo>(name, ValueInfo.class), TypeMessages.type(in.message()));
            }
        }
        if (type == 12 || type == 14) {
            throw in.unsupported(
                    dev.tfliteonnx.diag.DiagnosticCode.UNSUPPORTED_OPTION,
                    "attribute " + name + " is a list of sparse tensors or of types, which no operator takes");
        }
        return result;
    }

    private static Floats floats(ProtoMessage in) throws ConversionException {
        List<Bytes> runs = new ArrayList<>();
        long size = 0;
        while (in.next()) {
            if (in.field() == 7) {
                Bytes run = in.fixed(4);
                size += run.size();
                runs.add(run);
            }
        }
        float[] values = new float[Math.toIntExact(size / 4)];
        int at = 0;
        for (Bytes run : runs) {
            ByteBuffer view = run.view(0, (int) run.size());
            while (view.hasRemaining()) {
                values[at++] = view.getFloat();
            }
        }
        return Floats.of(values);
    }

    private static Ints ints(ProtoMessage in) throws ConversionException {
        LongStream.Builder values = LongStream.builder();
        while (in.next()) {
            if (in.field() == 8) {
                in.integers(values);
            }
        }
        return Ints.of(values.build().toArray());
    }

    private static Strings strings(ProtoMessage in) throws ConversionException {
        List<String> values = new ArrayList<>();
        while (in.next()) {
            if (in.field() == 9) {
                values.add(in.text());
            }
        }
        return new Strings(values);
    }
}
