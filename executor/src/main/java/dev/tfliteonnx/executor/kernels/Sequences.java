package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Lists of tensors, and values that may be missing; a value that is there is held as itself. Places in a list count from
 * its end where they are negative. Source: SequenceAt-11, SequenceConstruct-11, SequenceEmpty-11, SequenceErase-11,
 * SequenceInsert-11, SequenceLength-11, SequenceMap-17, SplitToSequence-11, ConcatFromSequence-11, Optional-15,
 * OptionalGetElement-18, OptionalHasElement-18.
 */
final class Sequences {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Long> NEW_AXIS = Key.ofInt("new_axis");
    private static final Key<Long> KEEPDIMS = Key.ofInt("keepdims");
    private static final Key<Graph> BODY = Key.ofGraph("body");

    private Sequences() {}

    /** SequenceConstruct: a list of the inputs. */
    static Array construct(Call call) {
        return Array.sequence(call.inputsFrom(0));
    }

    /** SequenceEmpty: a list of nothing. */
    static Array empty(Call call) {
        return Array.sequence(List.of());
    }

    /** SequenceInsert: with a tensor put in at a place, otherwise at the end. */
    static Array insert(Call call) {
        List<Array> list = new ArrayList<>(call.in(0).sequence());
        list.add(place(call.optional(2), list.size(), list.size() + 1, list.size()), call.in(1));
        return Array.sequence(list);
    }

    /** SequenceErase: without the tensor at a place, otherwise without the last. */
    static Array erase(Call call) {
        List<Array> list = new ArrayList<>(call.in(0).sequence());
        list.remove(place(call.optional(1), list.size() - 1, list.size(), list.size()));
        return Array.sequence(list);
    }

    /** SequenceAt: the tensor at a place. */
    static Array at(Call call) {
        List<Array> list = call.in(0).sequence();
        return list.get(place(call.optional(1), 0, list.size(), list.size()));
    }

    private static int place(Optional<Array> given, int otherwise, int end, int size) {
        long at = given.map(Array::integer).orElse((long) otherwise);
        at = at < 0 ? at + size : at;
        if (at < 0 || at >= end) {
            throw new IllegalArgumentException("place " + at + " of a list of " + size);
        }
        return (int) at;
    }

    /** SequenceLength: how many tensors there are. */
    static Array length(Call call) {
        return Array.scalar(call.in(0).sequence().size());
    }

    /** SplitToSequence: parts of a length, the last of which may be shorter, or of several; otherwise single slices. */
    static Array split(Call call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.option(AXIS, 0), x.rank());
        int extent = x.dim(axis);
        boolean squeezes = !call.has(1) && call.option(KEEPDIMS, 1) == 0;
        long[] lengths = call.optional(1)
                .filter(s -> s.rank() == 1)
                .map(Array::longs)
                .orElseGet(
                        () -> equal(extent, call.optional(1).map(Array::integer).orElse(1L)));
        if (Arrays.stream(lengths).sum() != extent) {
            throw new IllegalArgumentException("parts " + Arrays.toString(lengths) + " of an axis of " + extent);
        }
        List<Array> parts = new ArrayList<>();
        int from = 0;
        for (long length : lengths) {
            Array part = Moves.part(x, axis, from, (int) length);
            parts.add(squeezes ? part.reshaped(Dims.without(part.dims(), axis)) : part);
            from += (int) length;
        }
        return Array.sequence(parts);
    }

    private static long[] equal(int extent, long length) {
        if (length < 1) {
            throw new IllegalArgumentException("parts of length " + length);
        }
        long[] lengths = new long[Math.toIntExact((extent + length - 1) / length)];
        Arrays.setAll(lengths, i -> Math.min(length, extent - i * length));
        return lengths;
    }

    /** ConcatFromSequence: the tensors of a list one after the other on an axis, which may be a new one. */
    static Array concat(Call call) {
        List<Array> parts = call.in(0).sequence();
        boolean isNew = call.flag(NEW_AXIS);
        int rank = parts.get(0).rank() + (isNew ? 1 : 0);
        int axis = Dims.axis(call.option(AXIS).orElseThrow(), rank);
        return isNew ? ControlFlow.stacked(parts, axis) : Moves.joined(parts, axis);
    }

    /** SequenceMap: a graph run for every tensor of the first list, with those beside it in others. */
    static List<Array> map(Call call) {
        Graph body = call.option(BODY).orElseThrow();
        List<Array> inputs = call.inputsFrom(0);
        List<List<Array>> results = ControlFlow.columns(body.outputs().size());
        for (int i = 0; i < inputs.get(0).sequence().size(); i++) {
            int at = i;
            List<Array> out = call.run(
                    body,
                    inputs.stream()
                            .map(x -> x.isSequence() ? x.sequence().get(at) : x)
                            .toList());
            for (int o = 0; o < results.size(); o++) {
                results.get(o).add(out.get(o));
            }
        }
        return results.stream().map(Array::sequence).toList();
    }

    /** Optional: the input, or nothing if there is none. */
    static Array optional(Call call) {
        return call.optional(0).orElse(Array.MISSING);
    }

    /** OptionalGetElement: the value, which must be there. */
    static Array get(Call call) {
        if (call.in(0).isMissing()) {
            throw new IllegalArgumentException("the value is missing");
        }
        return call.in(0);
    }

    /** OptionalHasElement: whether there is a value. */
    static Array has(Call call) {
        boolean there = call.optional(0).filter(x -> !x.isMissing()).isPresent();
        return Array.ofLongs(DataType.BOOL, new int[0], there ? 1 : 0);
    }
}
