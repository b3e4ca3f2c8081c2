package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.FlatBufferModelBase;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.InterpreterOptions;
import org.bytedeco.tensorflowlite.Subgraph;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/**
 * TensorFlow Lite itself. It trusts the file it loads: what was not checked before may end the process, as may some
 * kernels; see {@link ChildRunner}.
 */
public final class TfliteEngine implements Engine {
    private final Pointer bytes;
    private final FlatBufferModel model;
    private final Interpreter interpreter;
    private final Subgraph graph;
    private final int[] inputs;
    private final int[] outputs;
    private final List<TensorSpec> inputSpecs;
    private final List<TensorSpec> outputSpecs;
    private boolean allocated;

    private TfliteEngine(Pointer bytes, FlatBufferModel model, Interpreter interpreter, String signature)
            throws EngineException {
        this.bytes = bytes;
        this.model = model;
        this.interpreter = interpreter;
        this.graph = graph(signature);
        this.inputs = toArray(graph.inputs());
        this.outputs = toArray(graph.outputs());
        this.inputSpecs = specs(inputs);
        this.outputSpecs = specs(outputs);
    }

    /**
     * Loads a model file. Ops that no kernel exists for are only noticed by the first run.
     *
     * @throws EngineException if TFLite refuses it, or it has no such signature
     */
    public static TfliteEngine open(Path model, TfliteOptions options) throws EngineException {
        TfliteNative.load();
        TfliteNative.listen();
        FlatBufferModel loaded = FlatBufferModelBase.BuildFromFile(model.toString(), TfliteNative.reporter());
        return open(new Pointer(), loaded, options);
    }

    /**
     * Loads a model from memory, which is copied.
     *
     * @throws EngineException if TFLite refuses it, or it has no such signature
     */
    public static TfliteEngine open(byte[] model, TfliteOptions options) throws EngineException {
        TfliteNative.load();
        TfliteNative.listen();
        BytePointer copy = new BytePointer(model);
        FlatBufferModel loaded = FlatBufferModelBase.BuildFromBuffer(copy, model.length, TfliteNative.reporter());
        return open(copy, loaded, options);
    }

    private static TfliteEngine open(Pointer bytes, FlatBufferModel model, TfliteOptions options)
            throws EngineException {
        if (model == null || model.isNull()) {
            throw TfliteNative.failure("cannot read the model");
        }
        Interpreter interpreter = new Interpreter(new Pointer());
        try (InterpreterOptions settings = new InterpreterOptions();
                InterpreterBuilder builder =
                        new InterpreterBuilder(model, TfliteNative.resolver(options.kernels()), settings)) {
            settings.SetPreserveAllTensors(options.preserveAllTensors());
            require(builder.SetNumThreads(options.threads()), "cannot use " + options.threads() + " threads");
            require(builder.apply(interpreter), "cannot build an interpreter");
            return new TfliteEngine(bytes, model, interpreter, options.signature());
        } catch (EngineException e) {
            interpreter.close();
            model.close();
            bytes.close();
            throw e;
        }
    }

    /** The version of the library. */
    public static String version() {
        TfliteNative.load();
        return tensorflowlite.TfLiteVersion().getString();
    }

    private Subgraph graph(String signature) throws EngineException {
        if (signature.isEmpty()) {
            return interpreter.primary_subgraph();
        }
        if (interpreter.GetSignatureRunner(signature) == null) {
            throw TfliteNative.failure("finds no signature \"" + signature + "\"");
        }
        return interpreter.subgraph(interpreter.GetSubgraphIndexFromSignature(signature));
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputSpecs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputSpecs;
    }

    private List<TensorSpec> specs(int[] indices) throws EngineException {
        List<TensorSpec> out = new ArrayList<>(indices.length);
        for (int index : indices) {
            TfLiteTensor tensor = graph.tensor(index);
            out.add(TfliteTensors.spec(tensor, TfliteTensors.statedShape(tensor)));
        }
        return List.copyOf(out);
    }

    @Override
    public List<Tensor> run(List<Tensor> values) throws EngineException {
        TfliteNative.listen();
        write(values);
        invoke();
        List<Tensor> results = new ArrayList<>(outputs.length);
        for (int output : outputs) {
            results.add(read(output)
                    .orElseThrow(() -> new EngineException(
                            "output \"" + TfliteTensors.name(graph.tensor(output)) + "\" has no readable elements")));
        }
        return results;
    }

    @Override
    public Invocation prepare(List<Tensor> values) throws EngineException {
        TfliteNative.listen();
        write(values);
        return new Invocation() {
            @Override
            public void run() throws EngineException {
                invoke();
            }

            @Override
            public void close() {
                // the inputs belong to the interpreter
            }
        };
    }

    private void invoke() throws EngineException {
        require(graph.IsPrimarySubgraph() ? interpreter.Invoke() : graph.Invoke(), "cannot run the model");
    }

    private void write(List<Tensor> values) throws EngineException {
        allocate(values);
        for (int i = 0; i < inputs.length; i++) {
            TfliteTensors.write(values.get(i), graph.tensor(inputs[i]));
        }
    }

    /** Asks for the shapes of these inputs and allocates, if that has not been done yet. */
    private void allocate(List<Tensor> values) throws EngineException {
        if (values.size() != inputs.length) {
            throw new EngineException("the model takes " + inputs.length + " inputs, not " + values.size());
        }
        for (int i = 0; i < inputs.length; i++) {
            TfLiteTensor input = graph.tensor(inputs[i]);
            Tensor value = values.get(i);
            if (!TfliteTensors.type(input).equals(Optional.of(value.type()))) {
                throw new EngineException("input " + inputSpecs.get(i) + " was given " + value.type());
            }
            int[] dims = Arrays.stream(value.shape().sizes())
                    .mapToInt(Math::toIntExact)
                    .toArray();
            if (!Arrays.equals(dims, TfliteTensors.dims(input))) {
                require(graph.ResizeInputTensor(inputs[i], dims), "cannot resize input " + i + " to " + value.shape());
                allocated = false;
            }
        }
        if (!allocated) {
            require(
                    graph.IsPrimarySubgraph() ? interpreter.AllocateTensors() : graph.AllocateTensors(),
                    "cannot allocate tensors");
            allocated = true;
        }
    }

    private Optional<Tensor> read(int index) throws EngineException {
        require(graph.EnsureTensorDataIsReadable(index), "cannot read tensor " + index);
        return TfliteTensors.read(graph.tensor(index));
    }

    /** Sets the variable tensors, which recurrent ops keep between runs, to zero; resources are not touched. */
    public void resetVariables() throws EngineException {
        TfliteNative.listen();
        if (allocated) {
            require(graph.ResetVariableTensors(), "cannot reset variables");
        }
    }

    /**
     * The tensors of the graph that the last run computed and that can be read, in the order of their numbers. Only
     * with {@link TfliteOptions#preserveAllTensors()} do they hold what was computed rather than what came to lie in
     * the same memory later.
     */
    public List<NamedTensor> tensors() throws EngineException {
        TfliteNative.listen();
        List<NamedTensor> out = new ArrayList<>();
        for (int i = 0; i < graph.tensors_size(); i++) {
            TfLiteTensor tensor = graph.tensor(i);
            boolean constant = tensor.allocation_type() == tensorflowlite.kTfLiteMmapRo;
            boolean absent = tensor.allocation_type() == tensorflowlite.kTfLiteMemNone;
            Optional<Tensor> copy = constant || absent ? Optional.empty() : read(i);
            if (copy.isPresent()) {
                Shape shape = copy.get().shape();
                out.add(new NamedTensor(i, TfliteTensors.spec(tensor, shape), copy.get()));
            }
        }
        return out;
    }

    @Override
    public void close() {
        interpreter.close();
        model.close();
        bytes.close();
    }

    private static int[] toArray(IntPointer indices) {
        int[] out = new int[Math.toIntExact(indices.limit())];
        indices.get(out);
        return out;
    }

    private static void require(int status, String what) throws EngineException {
        if (status != tensorflowlite.kTfLiteOk) {
            throw TfliteNative.failure(what + " (status " + status + ")");
        }
    }
}
