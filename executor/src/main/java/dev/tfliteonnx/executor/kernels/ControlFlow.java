package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Operators that run nested graphs. Source: If-21, Loop-21, Scan-21, Scan-8. */
final class ControlFlow {
    private static final Key<Graph> THEN = Key.ofGraph("then_branch");
    private static final Key<Graph> ELSE = Key.ofGraph("else_branch");
    private static final Key<Graph> BODY = Key.ofGraph("body");
    private static final Key<Long> NUM_SCAN_INPUTS = Key.ofInt("num_scan_inputs");
    private static final Key<Ints> INPUT_AXES = Key.ofInts("scan_input_axes");
    private static final Key<Ints> OUTPUT_AXES = Key.ofInts("scan_output_axes");
    private static final Key<Ints> INPUT_DIRECTIONS = Key.ofInts("scan_input_directions");
    private static final Key<Ints> OUTPUT_DIRECTIONS = Key.ofInts("scan_output_directions");

    private ControlFlow() {}

    /** If: the outputs of one graph or the other. */
    static List<Array> branch(Call call) {
        Key<Graph> chosen = call.in(0).isTrue() ? THEN : ELSE;
        return call.run(call.option(chosen).orElseThrow(), List.of());
    }

    /** Loop: the body again and again while its condition holds and up to a number of times. */
    static List<Array> loop(Call call) {
        Graph body = call.option(BODY).orElseThrow();
        long times = call.optional(0).map(Array::integer).orElse(Long.MAX_VALUE);
        Array condition = call.optional(1).orElse(Array.ofBooleans(new int[0], new byte[] {1}));
        List<Array> carried = call.inputsFrom(2);
        List<List<Array>> scanned = columns(body.outputs().size() - 1 - carried.size());
        for (long i = 0; i < times && condition.isTrue(); i++) {
            List<Array> in = new ArrayList<>(List.of(Array.scalar(i), condition));
            in.addAll(carried);
            List<Array> out = call.run(body, in);
            condition = out.get(0);
            int split = 1 + carried.size();
            carried = out.subList(1, split);
            for (int s = 0; s < scanned.size(); s++) {
                scanned.get(s).add(out.get(split + s));
            }
        }
        List<Array> results = new ArrayList<>(carried);
        for (int s = 0; s < scanned.size(); s++) {
            results.add(stacked(scanned.get(s), 0, body.outputs().get(1 + carried.size() + s)));
        }
        return results;
    }

    static List<List<Array>> columns(int n) {
        List<List<Array>> columns = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            columns.add(new ArrayList<>());
        }
        return columns;
    }

    private static Array stacked(List<Array> parts, int axis, Value like) {
        if (parts.isEmpty()) {
            int[] dims = like.shape().isStatic() ? Dims.of(like.shape().sizes()) : new int[0];
            return Array.zeros(like.type(), Dims.with(Layout.unsqueezed(dims, 0), 0, 0));
        }
        return stacked(parts, axis);
    }

    /** Tensors of the same extents next to each other on a new axis. */
    static Array stacked(List<Array> parts, int axis) {
        int at = Dims.axis(axis, parts.get(0).rank() + 1);
        List<Array> lifted = parts.stream()
                .map(p -> p.reshaped(Layout.unsqueezed(p.dims(), at)))
                .toList();
        return Moves.joined(lifted, at);
    }

    /** Scan: the body for every index of an axis of the last inputs, its last outputs put together again. */
    static List<Array> scan(Call call) {
        Graph body = call.option(BODY).orElseThrow();
        if (call.arity() == body.inputs().size() + 1) {
            return batchedScan(call);
        }
        int scans = call.option(NUM_SCAN_INPUTS, 1);
        List<Array> inputs = call.inputsFrom(0);
        int states = inputs.size() - scans;
        List<Array> carried = inputs.subList(0, states);
        List<List<Array>> scanned = columns(body.outputs().size() - states);
        int steps = scans == 0 ? 0 : inputs.get(states).dim(scanAxis(call, inputs.get(states), 0));
        for (int i = 0; i < steps; i++) {
            List<Array> in = new ArrayList<>(carried);
            for (int s = 0; s < scans; s++) {
                Array x = inputs.get(states + s);
                int axis = scanAxis(call, x, s);
                int at = isReversed(call, INPUT_DIRECTIONS, s) ? steps - 1 - i : i;
                in.add(Moves.part(x, axis, at, 1).reshaped(Dims.without(x.dims(), axis)));
            }
            List<Array> out = call.run(body, in);
            carried = out.subList(0, states);
            for (int s = 0; s < scanned.size(); s++) {
                List<Array> column = scanned.get(s);
                column.add(isReversed(call, OUTPUT_DIRECTIONS, s) ? 0 : column.size(), out.get(states + s));
            }
        }
        List<Array> results = new ArrayList<>(carried);
        for (int s = 0; s < scanned.size(); s++) {
            int axis = (int) number(call, OUTPUT_AXES, s);
            results.add(stacked(scanned.get(s), axis, body.outputs().get(states + s)));
        }
        return results;
    }

    /** Scan-8: lengths of the sequences first, a batch axis in front of all others, and the scanned axis behind it. */
    private static List<Array> batchedScan(Call call) {
        if (call.has(0)) {
            throw new IllegalArgumentException("Scan-8 with sequences of different lengths");
        }
        List<Array> inputs = call.inputsFrom(1);
        List<List<Array>> results =
                columns(call.option(BODY).orElseThrow().outputs().size());
        for (int n = 0; n < inputs.get(0).dim(0); n++) {
            List<Optional<Array>> single = new ArrayList<>();
            for (Array x : inputs) {
                single.add(Optional.of(Moves.part(x, 0, n, 1).reshaped(Dims.without(x.dims(), 0))));
            }
            List<Array> out = scan(call.on(single));
            for (int i = 0; i < results.size(); i++) {
                results.get(i).add(out.get(i));
            }
        }
        return results.stream().map(r -> stacked(r, 0)).toList();
    }

    private static int scanAxis(Call call, Array x, int scan) {
        return Dims.axis(number(call, INPUT_AXES, scan), x.rank());
    }

    private static boolean isReversed(Call call, Key<Ints> directions, int scan) {
        return number(call, directions, scan) == 1;
    }

    private static long number(Call call, Key<Ints> key, int i) {
        return call.option(key).map(v -> v.get(i)).orElse(0L);
    }
}
