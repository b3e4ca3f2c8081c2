package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A Loop over a sequence x [4, 2, 3] with states of 5 units while it is drawn, as a WHILE or as a Loop of so many rounds. */
final class DrawnLoop {
    static final int STEPS = 4;
    static final int EXAMPLES = 2;
    static final int FED = 3;
    static final int UNITS = 5;

    final Sketch sketch = new Sketch();
    final Value x;

    /** Nodes of the body. */
    final Onnx onnx;

    private final Graph body = sketch.graph.nested("body");
    private final Value round = body.input(ValueInfo.of("round", DataType.INT64, Shape.SCALAR));
    private final Value goesOn = body.input(ValueInfo.of("goes_on", DataType.BOOL, Shape.SCALAR));
    private final List<Value> starts = new ArrayList<>();
    private final List<Value> ends = new ArrayList<>();
    private Value most = sketch.onnx.constant(Tensor.scalar(DataType.INT64, STEPS));
    private Value condition = goesOn;
    private Value runs = sketch.onnx.constant(Tensor.scalar(DataType.BOOL, 1));

    DrawnLoop() {
        this(Dim.of(STEPS));
    }

    /** A loop over a sequence of another length. */
    DrawnLoop(Dim steps) {
        Shape shape = Shape.ofDims(List.of(steps, Dim.of(EXAMPLES), Dim.of(FED)));
        x = sketch.input("x", DataType.FLOAT32, shape);
        onnx = sketch.onnx.into(body);
    }

    /** The number of the round. */
    Value round() {
        return round;
    }

    /** Another number of rounds. */
    DrawnLoop rounds(Value number) {
        most = number;
        return this;
    }

    /** Runs at all only if that holds. */
    DrawnLoop startsIf(Value holds) {
        runs = holds;
        return this;
    }

    /** Ends when a condition that the body computes does not hold, and not after so many rounds. */
    DrawnLoop whileTrue(Value holds) {
        most = Value.ABSENT;
        condition = holds;
        return this;
    }

    /** Something that is carried; what it becomes is said by {@link #becomes}, in the same order. */
    Value carried(Value start) {
        starts.add(start);
        return body.input(ValueInfo.of("carried", start.type(), start.shape()));
    }

    /** A state that begins as an input of the model. */
    Value state(String name) {
        return carried(sketch.input(name, EXAMPLES, UNITS));
    }

    /** A state that begins as 0. */
    Value zeroState() {
        return carried(sketch.onnx.constant(Tensor.splat(DataType.FLOAT32, Shape.of(EXAMPLES, UNITS), 0)));
    }

    /** A counter. */
    Value counter(long start) {
        return carried(sketch.onnx.constant(Tensor.scalar(DataType.INT32, start)));
    }

    /** What the values that are carried become. */
    DrawnLoop becomes(Value... values) {
        ends.addAll(List.of(values));
        return this;
    }

    /** The step of the round. */
    Value step() {
        return step(round);
    }

    /** The step at an index. */
    Value step(Value at) {
        return onnx.gather(x, at, 0);
    }

    /** A product of the step, so many columns for each unit. */
    Value fed(Value step, int gates) {
        return onnx.op("Gemm", transposed(), step, sketch.weights(gates * UNITS, FED), sketch.weights(gates * UNITS));
    }

    /** A product of a state. */
    Value recurrent(Value state, int gates) {
        return onnx.op("Gemm", transposed(), state, sketch.weights(gates * UNITS, UNITS));
    }

    /** What products of the step and of a state add up to. */
    Value both(Value step, Value state) {
        return onnx.add(fed(step, 1), recurrent(state, 1));
    }

    private static Attributes transposed() {
        return Attributes.of(OnnxOps.TRANS_B, 1L);
    }

    /** A function of {@link #both}. */
    Value gate(String function, Value step, Value state) {
        return onnx.op(function, both(step, state));
    }

    /** {@code z∘h + (1 − z)∘g}. */
    Value mixed(Value z, Value h, Value g) {
        Value one = onnx.scalar(DataType.FLOAT32, 1);
        return onnx.add(onnx.mul(z, h), onnx.mul(onnx.sub(one, z), g));
    }

    /** An array with a row at an index exchanged, as the converter of TensorFlow writes it. */
    Value withRow(Value array, Value at, Value row) {
        Value index = onnx.cast(onnx.reshape(at, 1), DataType.INT64);
        Value next = onnx.add(index, onnx.ints(1));
        Value before = onnx.op("Slice", array, onnx.ints(0), index, onnx.ints(0));
        Value after = onnx.op("Slice", array, next, onnx.ints(Long.MAX_VALUE), onnx.ints(0));
        return onnx.concat(0, before, onnx.reshape(row, 1, EXAMPLES, UNITS), after);
    }

    /** An array of so many rows, with something in them. */
    Value array(int rows) {
        return carried(sketch.weights(rows, EXAMPLES, UNITS));
    }

    /** The model, with what it makes of the results of the loop; the body gives out values for every round too. */
    Sketch outputs(List<Value> everyRound, Function<List<Value>, List<Value>> results) {
        List<Value> outputs = new ArrayList<>(List.of(onnx.op("Identity", condition)));
        outputs.addAll(ends);
        outputs.addAll(everyRound);
        body.setOutputs(outputs);
        List<Value> inputs = new ArrayList<>(List.of(most, runs));
        inputs.addAll(starts);
        Attributes attributes = Attributes.of(OnnxOps.BODY, body);
        List<Value> given = sketch.onnx.ops("Loop", attributes, outputs.size() - 1, inputs.toArray(Value[]::new));
        sketch.graph.setOutputs(results.apply(given));
        return sketch;
    }

    /** The model, which gives out all results. */
    Sketch outputs(Value... everyRound) {
        return outputs(List.of(everyRound), all -> all);
    }
}
