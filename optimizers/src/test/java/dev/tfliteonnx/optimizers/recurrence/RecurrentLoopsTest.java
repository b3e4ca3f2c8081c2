package dev.tfliteonnx.optimizers.recurrence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import dev.tfliteonnx.optimizers.cleanup.Reversal;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RecurrentLoopsTest {
    private static final RuleCheck CHECK = new RuleCheck(new RecurrentLoops());

    private static Node only(Sketch sketch, String operator) {
        return sketch.graph.nodes().stream()
                .filter(n -> n.is(operator))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aStateThatIsAFunctionOfProductsIsAnRnn() {
        for (String function : List.of("Tanh", "Relu", "Sigmoid", "Softsign", "Softplus", "Elu", "LeakyRelu")) {
            DrawnLoop loop = new DrawnLoop();
            Value next = loop.gate(function, loop.step(), loop.state("h"));
            Sketch sketch = loop.becomes(next).outputs(next);
            CHECK.firesRounding("loop-to-rnn", sketch);
            assertEquals(1, sketch.count("RNN"), function);
            assertEquals(0, sketch.count("Loop"));
        }
    }

    @Test
    void aLinearStateIsAnRnn() {
        DrawnLoop loop = new DrawnLoop();
        Value next = loop.both(loop.step(), loop.state("h"));
        CHECK.firesRounding("loop-to-rnn", loop.becomes(next).outputs());
    }

    /** The gates in the order of Keras: update, reset, candidate. */
    private static Value gru(DrawnLoop loop, Value step, Value h, boolean resetLast) {
        Value fed = loop.fed(step, 3);
        Value memory = loop.recurrent(h, resetLast ? 3 : 2);
        memory = resetLast ? loop.onnx.add(memory, loop.sketch.weights(3 * DrawnLoop.UNITS)) : memory;
        Value gates = loop.onnx.add(columns(loop, fed, 0, 2), columns(loop, memory, 0, 2));
        Value z = loop.onnx.op("Sigmoid", columns(loop, gates, 0, 1));
        Value r = loop.onnx.op("Sigmoid", columns(loop, gates, 1, 2));
        Value reset =
                resetLast ? loop.onnx.mul(r, columns(loop, memory, 2, 3)) : loop.recurrent(loop.onnx.mul(h, r), 1);
        return loop.mixed(z, h, loop.onnx.op("Tanh", loop.onnx.add(columns(loop, fed, 2, 3), reset)));
    }

    private static Value columns(DrawnLoop loop, Value of, int from, int to) {
        long n = DrawnLoop.UNITS;
        return loop.onnx.slice(of, new long[] {from * n}, new long[] {to * n}, new long[] {1}, new long[] {1});
    }

    @Test
    void aStateThatIsMixedIsAGru() {
        for (boolean resetLast : new boolean[] {false, true}) {
            DrawnLoop loop = new DrawnLoop();
            Value next = gru(loop, loop.step(), loop.state("h"), resetLast);
            Sketch sketch = loop.becomes(next).outputs(next);
            CHECK.firesRounding("loop-to-gru", sketch);
            assertEquals(resetLast ? 1 : 0, only(sketch, "GRU").attributes().get(OnnxOps.LINEAR_BEFORE_RESET, 0L));
        }
    }

    /** Updates that mean the same: {@code g + z∘(h − g)}, and the gate as the share of the candidate. */
    @Test
    void howAStateIsMixedMayBeWrittenInOtherWays() {
        List<BiFunction<DrawnLoop, Value[], Value>> forms = List.of(
                (loop, v) -> loop.onnx.add(v[2], loop.onnx.mul(v[0], loop.onnx.sub(v[1], v[2]))),
                (loop, v) -> loop.onnx.sub(v[2], loop.onnx.mul(loop.onnx.sub(v[2], v[1]), v[0])),
                (loop, v) -> loop.mixed(v[0], v[2], v[1]),
                (loop, v) -> loop.onnx.add(v[1], loop.onnx.mul(v[0], loop.onnx.sub(v[2], v[1]))));
        for (BiFunction<DrawnLoop, Value[], Value> form : forms) {
            DrawnLoop loop = new DrawnLoop();
            Value h = loop.state("h");
            Value z = loop.gate("Sigmoid", loop.step(), h);
            Value r = loop.gate("Sigmoid", loop.step(), h);
            Value fed = loop.fed(loop.step(), 1);
            Value g = loop.onnx.op("Tanh", loop.onnx.add(loop.onnx.mul(loop.recurrent(h, 1), r), fed));
            Value next = form.apply(loop, new Value[] {z, h, g});
            CHECK.firesRounding("loop-to-gru", loop.becomes(next).outputs(next));
        }
    }

    /** The gates in the order of Keras: input, forget, candidate, output. */
    private static List<Value> lstm(DrawnLoop loop, Value step, Value h, Value c, String function) {
        Value sum = loop.onnx.add(loop.fed(step, 4), loop.recurrent(h, 4));
        long n = DrawnLoop.UNITS;
        List<Value> parts = loop.onnx.split(sum, 1, n, n, n, n);
        Value kept = loop.onnx.mul(loop.onnx.op("Sigmoid", parts.get(1)), c);
        Value added = loop.onnx.mul(loop.onnx.op("Sigmoid", parts.get(0)), loop.onnx.op(function, parts.get(2)));
        Value cell = loop.onnx.add(kept, added);
        return List.of(loop.onnx.mul(loop.onnx.op("Sigmoid", parts.get(3)), loop.onnx.op(function, cell)), cell);
    }

    @Test
    void twoStatesWithFourGatesAreAnLstm() {
        for (String function : List.of("Tanh", "Relu", "Sigmoid")) {
            DrawnLoop loop = new DrawnLoop();
            Value h = loop.state("h");
            Value c = loop.state("c");
            List<Value> next = lstm(loop, loop.step(), h, c, function);
            Sketch sketch = loop.becomes(next.get(0), next.get(1)).outputs(next.get(0));
            CHECK.firesRounding("loop-to-lstm", sketch);
            assertEquals(1, sketch.count("LSTM"));
        }
    }

    @Test
    void stepAndStateMayBeMultipliedTogether() {
        DrawnLoop loop = new DrawnLoop();
        Value h = loop.state("h");
        int n = DrawnLoop.UNITS;
        Value joined = loop.onnx.concat(1, h, loop.step());
        Value sum = loop.onnx.op("MatMul", joined, loop.sketch.weights(n + DrawnLoop.FED, n));
        Value next = loop.onnx.op("Tanh", loop.onnx.add(loop.sketch.weights(1, n), sum));
        CHECK.firesRounding("loop-to-rnn", loop.becomes(next).outputs(next));
    }

    @Test
    void diagonalWeightsOfAnLstmAreKept() {
        DrawnLoop loop = new DrawnLoop();
        Value h = loop.state("h");
        Value c = loop.zeroState();
        Value input = loop.onnx.op("Sigmoid", loop.onnx.add(loop.both(loop.step(), h), diagonal(loop, c)));
        Value forget = loop.onnx.op("Sigmoid", loop.onnx.add(diagonal(loop, c), loop.both(loop.step(), h)));
        Value added = loop.onnx.mul(input, loop.gate("Tanh", loop.step(), h));
        Value cell = loop.onnx.add(added, loop.onnx.mul(forget, c));
        Value output = loop.onnx.op("Sigmoid", loop.onnx.add(loop.both(loop.step(), h), diagonal(loop, cell)));
        Value next = loop.onnx.mul(output, loop.onnx.op("Tanh", cell));
        Sketch sketch = loop.becomes(next, cell).outputs(next);
        CHECK.firesRounding("loop-to-lstm", sketch);
        assertEquals(8, only(sketch, "LSTM").inputs().size());
    }

    private static Value diagonal(DrawnLoop loop, Value c) {
        return loop.onnx.mul(c, loop.sketch.weights(DrawnLoop.UNITS));
    }

    @Test
    void aScaledRangeIsHardSigmoid() {
        DrawnLoop loop = new DrawnLoop();
        Value h = loop.state("h");
        Value shifted = loop.onnx.add(loop.both(loop.step(), h), loop.onnx.scalar(DataType.FLOAT32, 3));
        Value z = loop.onnx.mul(loop.onnx.clip(shifted, 0, 6), loop.onnx.scalar(DataType.FLOAT32, 1 / 6.0));
        Sketch sketch = loop.becomes(z).outputs(z);
        CHECK.firesRounding("loop-to-rnn", sketch);
        Attributes attributes = only(sketch, "RNN").attributes();
        assertEquals(List.of("HardSigmoid"), attributes.get(OnnxOps.ACTIVATIONS).values());
        assertEquals(1 / 6f, attributes.get(OnnxOps.ACTIVATION_ALPHA).get(0));
    }

    @Test
    void stepsMayBeReadFromTheLastToTheFirst() {
        DrawnLoop loop = new DrawnLoop();
        Value last = loop.sketch.onnx.constant(Tensor.scalar(DataType.INT64, DrawnLoop.STEPS - 1));
        Value at = loop.onnx.sub(last, loop.round());
        Value array = loop.array(DrawnLoop.STEPS);
        Value next = loop.gate("Tanh", loop.step(at), loop.state("h"));
        Sketch sketch = loop.becomes(loop.withRow(array, at, next), next).outputs();
        CHECK.firesRounding("loop-to-rnn", sketch);
        assertEquals("reverse", only(sketch, "RNN").attributes().get(OnnxOps.DIRECTION));
    }

    /** What the converter of TensorFlow makes of a recurrent layer: counters, and an array that is filled. */
    private static Sketch counted(DrawnLoop loop, long start, long step, long bound, int rows, boolean sameRow) {
        Value counter = loop.counter(start);
        Value array = loop.array(rows);
        Value h = loop.zeroState();
        Value next = loop.gate("Tanh", loop.step(counter), h);
        Value more = loop.onnx.add(counter, loop.onnx.scalar(DataType.INT32, step));
        loop.whileTrue(loop.onnx.op("Less", more, loop.onnx.scalar(DataType.INT32, bound)));
        Value filled = loop.withRow(array, sameRow ? counter : more, next);
        loop.becomes(more, filled, next);
        return loop.outputs(List.of(), all -> all.subList(1, 3));
    }

    @Test
    void aCounterAndAnArrayThatIsFilledAreUnderstood() {
        Sketch sketch = counted(new DrawnLoop(), 0, 1, DrawnLoop.STEPS, DrawnLoop.STEPS, true);
        CHECK.firesRounding("loop-to-rnn", sketch);
        assertEquals(0, sketch.count("Loop"));
    }

    @Test
    void theLastStateMayStandInAnArrayOfOne() {
        DrawnLoop loop = new DrawnLoop();
        Value array = loop.array(1);
        Value next = loop.gate("Tanh", loop.step(), loop.state("h"));
        loop.becomes(loop.onnx.reshape(next, 1, DrawnLoop.EXAMPLES, DrawnLoop.UNITS), next);
        assertEquals(DataType.FLOAT32, array.type());
        CHECK.firesRounding("loop-to-rnn", loop.outputs());
    }

    @Test
    void aLoopThatMayNotRunStandsInAnIf() {
        DrawnLoop loop = new DrawnLoop();
        Value runs = loop.sketch.input("runs", DataType.BOOL, Shape.SCALAR);
        Value next = loop.gate("Tanh", loop.step(), loop.state("h"));
        Sketch sketch = loop.startsIf(runs).becomes(next).outputs();
        CHECK.firesRounding("loop-to-rnn", sketch);
        assertEquals(1, sketch.count("If"));
    }

    @Test
    void aSequenceThatWasReversedIsTakenAsItWas() {
        DrawnLoop loop = new DrawnLoop();
        Value reversed = Reversal.of(loop.sketch.onnx, loop.x, 0);
        Value next = loop.gate("Tanh", loop.onnx.gather(reversed, loop.round(), 0), loop.state("h"));
        Sketch sketch = loop.becomes(next).outputs(next);
        CHECK.firesRounding("loop-to-rnn", sketch);
        assertEquals("reverse", only(sketch, "RNN").attributes().get(OnnxOps.DIRECTION));
        assertEquals(loop.x, only(sketch, "RNN").input(0));
        assertEquals(1, sketch.count("Slice"));
    }

    @Test
    void weightsOfEightBitsStaySo() {
        int n = DrawnLoop.UNITS;
        for (boolean each : new boolean[] {false, true}) {
            DrawnLoop loop = new DrawnLoop();
            Value h = loop.state("h");
            Value fed = eightBits(loop, loop.step(), 3 * n, each);
            Value memory = eightBits(loop, h, 3 * n, each);
            Value gates = loop.onnx.op("Sigmoid", loop.onnx.add(columns(loop, fed, 0, 2), columns(loop, memory, 0, 2)));
            Value reset = loop.onnx.mul(columns(loop, gates, 0, 1), columns(loop, memory, 2, 3));
            Value g = loop.onnx.op("Tanh", loop.onnx.add(columns(loop, fed, 2, 3), reset));
            Value next = loop.mixed(columns(loop, gates, 1, 2), h, g);
            Sketch sketch = loop.becomes(next).outputs(next);
            CHECK.firesRounding("loop-to-gru", sketch);
            assertEquals(2, sketch.count("DequantizeLinear"));
            assertEquals(1, only(sketch, "DequantizeLinear").attributes().get(OnnxOps.AXIS));
        }
    }

    /** A row times a matrix of int8 with one scale, or one for each column. */
    private static Value eightBits(DrawnLoop loop, Value row, int columns, boolean each) {
        long width = row.shape().size(1);
        Value stored = loop.sketch.bytes(columns, width);
        Attributes first = Attributes.of(OnnxOps.AXIS, 0L);
        Value scale = each ? loop.sketch.weights(columns) : loop.onnx.scalar(DataType.FLOAT32, 1 / 128.0);
        Value matrix = loop.onnx.op("DequantizeLinear", first, stored, scale);
        return loop.onnx.op("Gemm", Attributes.of(OnnxOps.TRANS_B, 1L), row, matrix);
    }

    @Test
    void aLoopOverAsManyRoundsAsThereAreStepsStandsInAnIf() {
        DrawnLoop loop = new DrawnLoop(new Dim.Named("steps"));
        Value steps = loop.sketch.onnx.gather(
                loop.sketch.onnx.shapeOf(loop.x), loop.sketch.onnx.constant(Tensor.scalar(DataType.INT64, 0)), 0);
        Value next = loop.gate("Tanh", loop.step(), loop.state("h"));
        Sketch sketch = loop.rounds(steps).becomes(next).outputs(next);
        CHECK.firesRounding("loop-to-rnn", sketch);
        assertEquals(1, sketch.count("If"));
        assertEquals(1, sketch.count("Less"));
    }

    /** Products of products are written out no further than an equation could be long. */
    @Test
    @Timeout(30)
    void deepBodiesAreLeftAlone() {
        DrawnLoop loop = new DrawnLoop();
        Value h = loop.state("h");
        Value deep = loop.both(loop.step(), h);
        for (int i = 0; i < 40; i++) {
            Value gated = loop.onnx.mul(loop.onnx.op("Sigmoid", deep), deep);
            deep = loop.onnx.mul(loop.onnx.add(gated, h), loop.onnx.add(deep, gated));
        }
        misses(
                "loop-to-rnn",
                "each round reads the next step of one sequence",
                loop.becomes(deep).outputs());
    }

    private static void misses(String rule, String reason, Sketch sketch) {
        CHECK.misses(rule, reason, sketch);
    }

    @Test
    void theNumberOfRoundsMustBeKnown() {
        DrawnLoop loop = new DrawnLoop();
        Value h = loop.state("h");
        Value next = loop.gate("Tanh", loop.step(), h);
        Value sum = loop.onnx.reduce("ReduceSum", next, false, 0, 1);
        loop.whileTrue(loop.onnx.op("Less", sum, loop.onnx.scalar(DataType.FLOAT32, -100)));
        misses(
                "loop-to-rnn",
                "the number of rounds is a constant or an extent",
                loop.becomes(next).outputs());
        DrawnLoop other = new DrawnLoop();
        other.rounds(other.sketch.input("n", DataType.INT64, Shape.SCALAR));
        Value to = other.gate("Tanh", other.step(other.onnx.ints(0)), other.state("h"));
        misses(
                "loop-to-rnn",
                "the number of rounds is a constant or an extent",
                other.becomes(to).outputs());
    }

    @Test
    void everyStepMustBeReadInItsOrder() {
        String reason = "each round reads the next step of one sequence";
        misses("loop-to-rnn", reason, counted(new DrawnLoop(), 0, 1, DrawnLoop.STEPS - 1, DrawnLoop.STEPS, true));
        misses("loop-to-rnn", reason, counted(new DrawnLoop(), 1, 1, DrawnLoop.STEPS, DrawnLoop.STEPS, true));
        misses("loop-to-rnn", reason, counted(new DrawnLoop(), 0, 2, DrawnLoop.STEPS, DrawnLoop.STEPS, true));
        DrawnLoop same = new DrawnLoop();
        Value next = same.gate("Tanh", same.step(same.onnx.scalar(DataType.INT64, 2)), same.state("h"));
        misses("loop-to-rnn", reason, same.becomes(next).outputs());
    }

    @Test
    void thereMustBeOneSequence() {
        DrawnLoop loop = new DrawnLoop();
        Value other = loop.sketch.input("y", DrawnLoop.STEPS, DrawnLoop.EXAMPLES, DrawnLoop.FED);
        Value sum = loop.onnx.add(
                loop.both(loop.step(), loop.state("h")), loop.fed(loop.onnx.gather(other, loop.round(), 0), 1));
        misses(
                "loop-to-rnn",
                "each round reads the next step of one sequence",
                loop.becomes(loop.onnx.op("Tanh", sum)).outputs());
    }

    @Test
    void everyRowMustBeFilledInItsRound() {
        String reason = "what is read of the loop is the state after the last step or after all steps";
        misses("loop-to-rnn", reason, counted(new DrawnLoop(), 0, 1, DrawnLoop.STEPS, DrawnLoop.STEPS + 1, false));
        misses("loop-to-rnn", reason, counted(new DrawnLoop(), 0, 1, DrawnLoop.STEPS, DrawnLoop.STEPS + 1, true));
    }

    @Test
    void nothingElseMayBeReadOfTheLoop() {
        DrawnLoop loop = new DrawnLoop();
        Value counter = loop.counter(0);
        Value next = loop.gate("Tanh", loop.step(), loop.state("h"));
        loop.becomes(loop.onnx.add(counter, loop.onnx.scalar(DataType.INT32, 1)), next);
        misses(
                "loop-to-rnn",
                "what is read of the loop is the state after the last step or after all steps",
                loop.outputs());
        DrawnLoop other = new DrawnLoop();
        Value state = other.gate("Tanh", other.step(), other.state("h"));
        misses(
                "loop-to-rnn",
                "what is read of the loop is the state after the last step or after all steps",
                other.becomes(state).outputs(other.onnx.op("Relu", state)));
    }

    @Test
    void weightsMustBeConstant() {
        DrawnLoop loop = new DrawnLoop();
        Value weights = loop.sketch.input("w", DrawnLoop.UNITS, DrawnLoop.UNITS);
        Value product = loop.onnx.op("MatMul", loop.state("h"), weights);
        Value next = loop.onnx.op("Tanh", loop.onnx.add(loop.fed(loop.step(), 1), product));
        misses(
                "loop-to-rnn",
                "a state is a function of products of the step and of the state",
                loop.becomes(next).outputs());
    }

    @Test
    void aStateThatIsMaskedStaysInALoop() {
        DrawnLoop loop = new DrawnLoop();
        Value masks = loop.sketch.input("mask", DrawnLoop.STEPS, DrawnLoop.EXAMPLES, 1);
        Value half = loop.onnx.scalar(DataType.FLOAT32, 0.5);
        Value mask = loop.onnx.op("Less", loop.onnx.gather(masks, loop.round(), 0), half);
        Value h = loop.state("h");
        Value next = loop.onnx.where(mask, loop.gate("Tanh", loop.step(), h), h);
        misses(
                "loop-to-rnn",
                "each round reads the next step of one sequence",
                loop.becomes(next).outputs());
    }

    @Test
    void theGateOfAGruMustBeTheSameInBothShares() {
        DrawnLoop loop = new DrawnLoop();
        Value h = loop.state("h");
        Value z = loop.gate("Sigmoid", loop.step(), h);
        Value other = loop.onnx.sub(loop.onnx.scalar(DataType.FLOAT32, 1), loop.gate("Sigmoid", loop.step(), h));
        Value next = loop.onnx.add(loop.onnx.mul(z, h), loop.onnx.mul(other, loop.gate("Tanh", loop.step(), h)));
        misses(
                "loop-to-gru",
                "a state is a mean of itself and of another, weighted by a gate",
                loop.becomes(next).outputs());
    }

    @Test
    void aGruWithoutAResetGateIsNone() {
        DrawnLoop loop = new DrawnLoop();
        Value h = loop.state("h");
        Value next = loop.mixed(loop.gate("Sigmoid", loop.step(), h), h, loop.gate("Tanh", loop.step(), h));
        misses(
                "loop-to-gru",
                "that is a function of a product of the step",
                loop.becomes(next).outputs());
    }

    @Test
    void theGatesOfAnLstmMustHaveOneFunction() {
        DrawnLoop loop = new DrawnLoop();
        Value h = loop.state("h");
        Value c = loop.state("c");
        Value kept = loop.onnx.mul(loop.gate("Relu", loop.step(), h), c);
        Value added = loop.onnx.mul(loop.gate("Sigmoid", loop.step(), h), loop.gate("Tanh", loop.step(), h));
        Value cell = loop.onnx.add(kept, added);
        Value next = loop.onnx.mul(loop.gate("Sigmoid", loop.step(), h), loop.onnx.op("Tanh", cell));
        misses(
                "loop-to-lstm",
                "input, output and forget gate have the same function",
                loop.becomes(next, cell).outputs());
    }

    @Test
    void aStateMustHaveARowForEachExample() {
        DrawnLoop loop = new DrawnLoop();
        Value narrow = loop.sketch.input("narrow", DrawnLoop.STEPS, 1, DrawnLoop.FED);
        Value step = loop.onnx.gather(narrow, loop.round(), 0);
        Value next = loop.gate("Tanh", step, loop.state("h"));
        misses(
                "loop-to-rnn",
                "each round reads the next step of one sequence",
                loop.becomes(next).outputs());
    }

    @Test
    void aFormThatIsSkippedIsLeftAlone() {
        DrawnLoop loop = new DrawnLoop();
        Value next = loop.gate("Tanh", loop.step(), loop.state("h"));
        Sketch sketch = loop.becomes(next).outputs();
        PassContext context = new PassContext(PassOptions.DEFAULT.withSkip(Set.of("loop-to-rnn")));
        assertFalse(new RecurrentLoops().run(sketch.graph, context));
    }
}
