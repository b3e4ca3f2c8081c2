package dev.tfliteonnx.engines;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ONNX Runtime on the CPU, for {@code .onnx} and {@code .ort} files. Its Java binding takes no inputs of uint16,
 * uint32, uint64, complex, or fewer than 8 bits. A malformed model may end the process; see {@link ChildRunner}.
 *
 * <p>Official builds from 1.29 on send telemetry from Linux and macOS too. It is turned off here as soon as the library
 * is loaded, but what it sends at the very start can only be kept in by {@value #DISABLE_TELEMETRY}{@code =1} in the
 * environment of the process, which {@link ChildRunner} sets for its children.
 */
public final class OnnxRuntimeEngine implements Engine {
    /** The environment variable that keeps ONNX Runtime from setting up telemetry at all. */
    public static final String DISABLE_TELEMETRY = "ORT_DISABLE_TELEMETRY";

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    private OnnxRuntimeEngine(OrtEnvironment environment, OrtSession session) throws OrtException, EngineException {
        this.environment = environment;
        this.session = session;
        this.inputs = specs(session.getInputInfo());
        this.outputs = specs(session.getOutputInfo());
    }

    /**
     * Loads a model file.
     *
     * @throws EngineException if ONNX Runtime refuses it
     */
    public static OnnxRuntimeEngine open(Path model, OnnxRuntimeOptions options) throws EngineException {
        return open(options, (environment, session) -> environment.createSession(model.toString(), session));
    }

    /**
     * Loads a model from memory; it cannot refer to external data.
     *
     * @throws EngineException if ONNX Runtime refuses it
     */
    public static OnnxRuntimeEngine open(byte[] model, OnnxRuntimeOptions options) throws EngineException {
        return open(options, (environment, session) -> environment.createSession(model, session));
    }

    /** Loads a model file and writes a profile of its nodes to a file that begins so. */
    static OnnxRuntimeEngine profiling(Path model, OnnxRuntimeOptions options, Path prefix) throws EngineException {
        return open(options, (environment, session) -> {
            session.enableProfiling(prefix.toString());
            return environment.createSession(model.toString(), session);
        });
    }

    /** Ends the profile; tells its file. */
    Path endProfiling() throws EngineException {
        try {
            return Path.of(session.endProfiling());
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    @FunctionalInterface
    private interface Loading {
        OrtSession load(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    private static OnnxRuntimeEngine open(OnnxRuntimeOptions options, Loading loading) throws EngineException {
        OrtEnvironment environment = environment();
        try (SessionOptions session = new SessionOptions()) {
            session.setIntraOpNumThreads(options.threads());
            session.setInterOpNumThreads(1);
            session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            session.setOptimizationLevel(
                    switch (options.level()) {
                        case NONE -> OptLevel.NO_OPT;
                        case BASIC -> OptLevel.BASIC_OPT;
                        case EXTENDED -> OptLevel.EXTENDED_OPT;
                        case ALL -> OptLevel.ALL_OPT;
                    });
            for (Map.Entry<String, String> entry : options.config().entrySet()) {
                session.addConfigEntry(entry.getKey(), entry.getValue());
            }
            for (String library : options.libraries()) {
                session.registerCustomOpLibrary(library);
            }
            if (!options.saveOptimized().isEmpty()) {
                session.setOptimizedModelFilePath(options.saveOptimized());
            }
            return new OnnxRuntimeEngine(environment, loading.load(environment, session));
        } catch (OrtException e) {
            throw new EngineException("ONNX Runtime cannot load the model: " + e.getMessage(), e);
        }
    }

    /** The version of the library. */
    public static String version() {
        return environment().getVersion();
    }

    /** One for the whole process, as ONNX Runtime wants it. */
    private static final class Environment {
        static final OrtEnvironment ONLY = quiet();

        private Environment() {}

        private static OrtEnvironment quiet() {
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "tflite-onnx");
            try {
                environment.setTelemetry(false);
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime's telemetry cannot be turned off", e);
            }
            return environment;
        }
    }

    private static OrtEnvironment environment() {
        return Environment.ONLY;
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    private static List<TensorSpec> specs(Map<String, NodeInfo> infos) throws EngineException {
        List<TensorSpec> out = new ArrayList<>();
        for (NodeInfo node : infos.values()) {
            if (!(node.getInfo() instanceof TensorInfo info)) {
                throw new EngineException("\"" + node.getName() + "\" is not a tensor: " + node.getInfo());
            }
            long[] sizes = info.getShape();
            List<Dim> dims = new ArrayList<>();
            for (int i = 0; i < sizes.length; i++) {
                String name = info.getDimensionNames()[i];
                dims.add(sizes[i] >= 0 ? Dim.of(sizes[i]) : name.isEmpty() ? Dim.unknown() : new Dim.Named(name));
            }
            out.add(new TensorSpec(node.getName(), type(info), Shape.ofDims(dims), Optional.empty()));
        }
        return List.copyOf(out);
    }

    private static DataType type(TensorInfo info) throws EngineException {
        return DataType.ofOnnxCode(
                        switch (info.onnxType) {
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> 1;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> 2;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> 3;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> 4;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> 5;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> 6;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> 7;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> 8;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> 9;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> 10;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> 11;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> 12;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> 13;
                            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> 16;
                            default -> 0;
                        })
                .orElseThrow(() -> new EngineException(
                        "ONNX Runtime's Java binding cannot hold " + info.onnxType + " as an input or output"));
    }

    @Override
    public List<Tensor> run(List<Tensor> values) throws EngineException {
        try (Given given = new Given(values);
                OrtSession.Result result = given.result()) {
            List<Tensor> out = new ArrayList<>();
            for (TensorSpec output : outputs) {
                Optional<OnnxValue> value = result.get(output.name());
                if (!(value.orElse(null) instanceof OnnxTensor tensor)) {
                    throw new EngineException("output \"" + output.name() + "\" is missing or not a tensor");
                }
                out.add(toTensor(tensor, output.name()));
            }
            return out;
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    @Override
    public Invocation prepare(List<Tensor> values) throws EngineException {
        return new Given(values);
    }

    private static EngineException failure(OrtException e) {
        return new EngineException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
    }

    /** Inputs in native memory. */
    private final class Given implements Invocation {
        private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

        Given(List<Tensor> values) throws EngineException {
            if (values.size() != inputs.size()) {
                throw new EngineException("the model takes " + inputs.size() + " inputs, not " + values.size());
            }
            boolean complete = false;
            try {
                for (int i = 0; i < values.size(); i++) {
                    tensors.put(inputs.get(i).name(), toNative(values.get(i), inputs.get(i)));
                }
                complete = true;
            } catch (OrtException e) {
                throw failure(e);
            } finally {
                if (!complete) {
                    close();
                }
            }
        }

        OrtSession.Result result() throws EngineException {
            try {
                return session.run(tensors);
            } catch (OrtException e) {
                throw failure(e);
            }
        }

        @Override
        public void run() throws EngineException {
            result().close();
        }

        @Override
        public void close() {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor toNative(Tensor value, TensorSpec spec) throws OrtException, EngineException {
        DataType type = value.type();
        if (type != spec.type()) {
            throw new EngineException("input " + spec + " was given " + type);
        }
        long[] shape = value.shape().sizes();
        if (type == DataType.STRING) {
            String[] strings = value.toStrings().stream()
                    .map(s -> new String(s, StandardCharsets.UTF_8))
                    .toArray(String[]::new);
            return OnnxTensor.createTensor(environment, strings, shape);
        }
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.toIntExact(value.byteSize())).order(ByteOrder.nativeOrder());
        ByteSink.fill(value, bytes);
        bytes.flip();
        return switch (type) {
            case FLOAT32 -> OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
            case FLOAT64 -> OnnxTensor.createTensor(environment, bytes.asDoubleBuffer(), shape);
            case FLOAT16 -> OnnxTensor.createTensor(environment, bytes.asShortBuffer(), shape, OnnxJavaType.FLOAT16);
            case BFLOAT16 -> OnnxTensor.createTensor(environment, bytes.asShortBuffer(), shape, OnnxJavaType.BFLOAT16);
            case INT8 -> OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.INT8);
            case UINT8 -> OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.UINT8);
            case BOOL -> OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.BOOL);
            case INT16 -> OnnxTensor.createTensor(environment, bytes.asShortBuffer(), shape);
            case INT32 -> OnnxTensor.createTensor(environment, bytes.asIntBuffer(), shape);
            case INT64 -> OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
            default ->
                throw new EngineException("ONNX Runtime's Java binding takes no input of type " + type + ": " + spec);
        };
    }

    private static Tensor toTensor(OnnxTensor from, String name) throws OrtException, EngineException {
        TensorInfo info = from.getInfo();
        Shape shape = Shape.of(info.getShape());
        DataType type = type(info);
        if (type == DataType.STRING) {
            return Tensor.ofStrings(shape, strings(from.getValue()));
        }
        byte[] copy = new byte[Math.toIntExact(type.byteSize(shape.elementCount()))];
        if (copy.length > 0) {
            from.getByteBuffer().get(copy);
        }
        return Tensor.of(type, shape, Bytes.of(copy, "ONNX Runtime " + name));
    }

    /** Strings come as one, or as arrays within arrays. */
    private static List<byte[]> strings(Object value) {
        if (value instanceof Object[] array) {
            List<byte[]> out = new ArrayList<>();
            for (Object element : array) {
                out.addAll(strings(element));
            }
            return List.copyOf(out);
        }
        return List.of(value.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the session was closed before", e);
        }
    }
}
