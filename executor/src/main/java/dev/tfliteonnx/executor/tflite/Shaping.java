package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The same elements under other extents, repeated, or put together and taken apart; and tensors of extents. */
final class Shaping {
    private Shaping() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("RESHAPE", Shaping::reshape)
                .one("SQUEEZE", Shaping::squeeze)
                .one("EXPAND_DIMS", Shaping::expandDims)
                .one(
                        "TRANSPOSE",
                        c -> Moves.transposed(
                                c.in(0), Dims.axes(c.in(1).longs(), c.in(0).rank())))
                .one("SHAPE", Shaping::shape)
                .one("RANK", c -> Array.ofLongs(c.outType(), new int[0], c.in(0).rank()))
                .one("FILL", c -> Moves.stretched(c.in(1).reshaped(), c.in(0).ints()))
                .one("TILE", Shaping::tile)
                .one("BROADCAST_TO", c -> Moves.stretched(c.in(0), c.in(1).ints()))
                .one("BROADCAST_ARGS", Shaping::broadcastArgs)
                .one("RANGE", Shaping::range)
                .one("ZEROS_LIKE", c -> Array.zeros(c.outType(), c.in(0).dims()))
                .one("PACK", Shaping::pack)
                .many("UNPACK", Shaping::unpack)
                .many("SPLIT", Shaping::split)
                .many("SPLIT_V", Shaping::splitV)
                .one("DENSIFY", c -> c.in(0))
                .one("BITCAST", Shaping::bitcast);
    }

    /**
     * RESHAPE: to the extents of operand 1, or of the option without one; −1 takes what is left, [0] is a single number in
     * old files. Source: {@code kernels/reshape.cc}.
     */
    static Array reshape(TfliteCall call) {
        Array x = call.in(0);
        boolean given = call.has(1) && call.in(1).rank() == 1;
        int[] dims = given ? call.in(1).ints() : call.option(Tfl.NEW_SHAPE).toIntArray();
        if (dims.length == 1 && dims[0] == 0 && x.size() == 1) {
            return x.reshaped();
        }
        int[] out = dims.clone();
        for (int i = 0; i < out.length; i++) {
            if (out[i] == -1) {
                out[i] = 1;
                int known = Dims.count(out);
                out[i] = known == 0 ? 0 : x.size() / known;
                break;
            }
        }
        return x.reshaped(out);
    }

    /** SQUEEZE: without the axes given, or without all of extent 1. Source: {@code kernels/squeeze.cc}. */
    static Array squeeze(TfliteCall call) {
        Array x = call.in(0);
        long[] given = call.option(Tfl.SQUEEZE_DIMS).toArray();
        int[] axes = given.length > 0
                ? Dims.axes(given, x.rank())
                : Arrays.stream(Dims.range(x.rank())).filter(i -> x.dim(i) == 1).toArray();
        return x.reshaped(Dims.without(x.dims(), axes));
    }

    /** EXPAND_DIMS: a new axis of extent 1, counted in the result. Source: {@code kernels/expand_dims.cc}. */
    static Array expandDims(TfliteCall call) {
        Array x = call.in(0);
        return inserted(x, Dims.axis(call.in(1).integer(), x.rank() + 1));
    }

    private static Array inserted(Array x, int axis) {
        return x.reshaped(
                Dims.concat(Dims.concat(Dims.slice(x.dims(), 0, axis), 1), Dims.slice(x.dims(), axis, x.rank())));
    }

    /** SHAPE. Source: {@code kernels/shape.cc}. */
    static Array shape(TfliteCall call) {
        return extents(call.outType(), call.in(0).dims());
    }

    private static Array extents(DataType type, int[] dims) {
        return Array.ofLongs(
                type,
                new int[] {dims.length},
                Arrays.stream(dims).asLongStream().toArray());
    }

    /** BROADCAST_ARGS: the extents to which two are stretched. Source: {@code kernels/broadcast_args.cc}. */
    static Array broadcastArgs(TfliteCall call) {
        return extents(
                call.outType(), Dims.broadcast(call.in(0).ints(), call.in(1).ints()));
    }

    /** TILE: every axis repeated. Source: {@code kernels/tile.cc}. */
    static Array tile(TfliteCall call) {
        return Moves.tiled(call.in(0), call.in(1).ints());
    }

    /** RANGE: start, start + delta, … up to limit, exclusive; floats are added up. Source: {@code kernels/range.cc}. */
    static Array range(TfliteCall call) {
        if (call.in(0).type().isFloat()) {
            float value = (float) call.in(0).real();
            float limit = (float) call.in(1).real();
            float delta = (float) call.in(2).real();
            float[] out = new float[Math.max(0, (int) Math.ceil(Math.abs((limit - value) / delta)))];
            for (int i = 0; i < out.length; i++) {
                out[i] = value;
                value += delta;
            }
            return Array.ofFloats(call.outType(), new int[] {out.length}, out);
        }
        long start = call.in(0).integer();
        long span = Math.abs(call.in(1).integer() - start);
        long delta = call.in(2).integer();
        long step = Math.abs(delta);
        long[] out = new long[Math.toIntExact((span + step - 1) / step)];
        Arrays.setAll(out, i -> start + i * delta);
        return Array.ofLongs(call.outType(), new int[] {out.length}, out);
    }

    /** PACK: parts along a new axis. Source: {@code kernels/pack.cc}. */
    static Array pack(TfliteCall call) {
        int axis = Dims.axis(call.number(Tfl.AXIS), call.in(0).rank() + 1);
        return Moves.joined(
                call.inputsFrom(0).stream().map(p -> inserted(p, axis)).toList(), axis);
    }

    /** UNPACK: every index of an axis by itself. Source: {@code kernels/unpack.cc}. */
    static List<Array> unpack(TfliteCall call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.number(Tfl.AXIS), x.rank());
        int[] dims = Dims.without(x.dims(), axis);
        List<Array> parts = new ArrayList<>();
        for (int i = 0; i < x.dim(axis); i++) {
            parts.add(Moves.part(x, axis, i, 1).reshaped(dims));
        }
        return parts;
    }

    /** SPLIT: equal parts. Source: {@code kernels/split.cc}. */
    static List<Array> split(TfliteCall call) {
        Array x = call.in(1);
        int axis = Dims.axis(call.in(0).integer(), x.rank());
        int n = call.number(Tfl.NUM_SPLITS);
        if (n <= 0 || x.dim(axis) % n != 0) {
            throw new IllegalArgumentException(n + " equal parts of axis " + axis + " of " + x);
        }
        int[] lengths = new int[n];
        Arrays.fill(lengths, x.dim(axis) / n);
        return parts(x, axis, lengths);
    }

    /** SPLIT_V: parts of given lengths, of which −1 takes what is left. Source: {@code kernels/split_v.cc}. */
    static List<Array> splitV(TfliteCall call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.in(2).integer(), x.rank());
        int[] lengths = call.in(1).ints();
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] == -1) {
                lengths[i] = x.dim(axis) - Arrays.stream(lengths).sum() - 1;
                break;
            }
        }
        return parts(x, axis, lengths);
    }

    private static List<Array> parts(Array x, int axis, int[] lengths) {
        List<Array> parts = new ArrayList<>();
        int from = 0;
        for (int length : lengths) {
            parts.add(Moves.part(x, axis, from, length));
            from += length;
        }
        return parts;
    }

    /**
     * BITCAST: the bytes as elements of another type; an axis of what a wider element consists of comes or goes at the
     * end. Source: {@code kernels/bitcast.cc}.
     */
    static Array bitcast(TfliteCall call) {
        Array x = call.in(0);
        int from = x.type().wideBytes();
        int to = call.outType().wideBytes();
        int[] dims = from == to
                ? x.dims()
                : from > to ? Dims.concat(x.dims(), from / to) : Dims.slice(x.dims(), 0, x.rank() - 1);
        ByteBuffer in = x.toTensor().load();
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        Shape shape = Shape.of(Arrays.stream(dims).asLongStream().toArray());
        return Array.of(Tensor.of(call.outType(), shape, Bytes.of(bytes, "cast")));
    }
}
