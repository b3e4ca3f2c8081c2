package dev.tfliteonnx;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;

/** A model that adds up what it was fed so far: a variable {@code [1,2]} that begins with 5 and 6. */
final class StreamModel {
    private static final TensorSpec PAIR = TensorSpec.of(DataType.FLOAT32, 1, 2);
    private static final Attributes PLAIN = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);

    private StreamModel() {}

    static Bytes bytes() {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder init = model.graph("init");
        TensorRef first = init.constant("first", Tensor.ofFloats(Shape.of(1, 2), 5, 6));
        init.add(OpSpec.of("ASSIGN_VARIABLE").inputs(handle(init), first));
        model.add(OpSpec.of("CALL_ONCE", Attributes.of(Tfl.INIT_SUBGRAPH_INDEX, (long) init.index())));
        TensorRef x = model.input(PAIR.named("x"));
        TensorRef held = model.op("READ_VARIABLE", Attributes.NONE, PAIR.named("held"), handle(model.main()));
        TensorRef sum = model.op("ADD", PLAIN, PAIR.named("sum"), held, x);
        model.add(OpSpec.of("ASSIGN_VARIABLE").inputs(handle(model.main()), sum));
        model.outputs(model.op("NEG", Attributes.NONE, PAIR.named("y"), sum));
        return Bytes.of(model.build(), "stream");
    }

    private static TensorRef handle(GraphBuilder graph) {
        Attributes name = Attributes.of(Tfl.CONTAINER, "").with(Tfl.SHARED_NAME, "memory");
        return graph.op("VAR_HANDLE", name, TensorSpec.of(DataType.RESOURCE).named("handle"));
    }
}
