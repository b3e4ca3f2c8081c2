package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that arrange elements anew, or join and part tensors, without looking at the elements. */
final class Shaping {
    /** Exchanges the columns of an image and the rows of its blocks. */
    private static final int[] BLOCKS = {0, 1, 3, 2, 4, 5};

    private Shaping() {}

    /**
     * The same elements under another shape: that of operand 1, else of the option {@code new_shape}.
     *
     * <p>Source: {@code kernels/reshape.cc}; ONNX Reshape-14 with allowzero, since 0 means 0 in TFLite. A legacy
     * {@code new_shape} of {@code [0]} means a scalar.
     */
    static List<Value> reshape(TflOp op, Onnx onnx) {
        Value x = op.in(0);
        if (op.has(1) && op.constant(1).isEmpty()) {
            boolean known = op.shape(0).isStatic() && op.out().shape().isStatic() && op.fixedShapes();
            return List.of(
                    known
                            ? onnx.reshape(x, op.out().shape().sizes())
                            : onnx.op("Reshape", Attributes.of(OnnxOps.ALLOWZERO, 1L), x, op.int64(1)));
        }
        long[] wanted = op.has(1)
                ? op.longs(1)
                : op.node().attributes().find(Tfl.NEW_SHAPE).orElse(Ints.of()).toArray();
        if (!op.has(1) && Arrays.equals(wanted, new long[] {0})) {
            wanted = new long[0];
        }
        boolean zero = Arrays.stream(wanted).anyMatch(d -> d == 0);
        boolean open = Arrays.stream(wanted).anyMatch(d -> d == -1);
        Shape out = op.out().shape();
        if (open && out.isStatic() && (zero || op.fixedShapes())) {
            wanted = out.sizes();
        }
        return List.of(onnx.reshape(x, wanted));
    }

    /** Without the axes of extent 1 that the option names, or all of them. Source: {@code kernels/squeeze.cc}. */
    static List<Value> squeeze(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long[] dims = op.option(Tfl.SQUEEZE_DIMS).toArray();
        long[] axes = dims.length == 0
                ? LongStream.range(0, rank)
                        .filter(a -> op.size(0, (int) a) == 1)
                        .toArray()
                : Arrays.stream(dims).map(a -> a < 0 ? a + rank : a).toArray();
        return List.of(onnx.squeeze(op.in(0), axes));
    }

    /** With an axis of extent 1 put in at operand 1. Source: {@code kernels/expand_dims.cc}; ONNX Unsqueeze-13. */
    static List<Value> expandDims(TflOp op, Onnx onnx) {
        return List.of(onnx.unsqueeze(op.in(0), op.axis(1, op.rank(0) + 1)));
    }

    /** The axes in the order of operand 1. Source: {@code kernels/transpose.cc}; ONNX Transpose-13. */
    static List<Value> transpose(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        int[] perm = Arrays.stream(op.longs(1))
                .mapToInt(a -> (int) (a < 0 ? a + rank : a))
                .toArray();
        return List.of(op.in(0, perm));
    }

    /** Joined along an axis. Source: {@code kernels/concatenation.cc}; ONNX Concat-13. */
    static List<Value> concatenation(TflOp op, Onnx onnx) {
        long axis = op.option(Tfl.AXIS);
        int rank = op.rank(0);
        return List.of(onnx.concat((int) (axis < 0 ? axis + rank : axis), op.allIn()));
    }

    /** Stacked along a new axis. Source: {@code kernels/pack.cc}; ONNX Unsqueeze-13 and Concat-13. */
    static List<Value> pack(TflOp op, Onnx onnx) {
        long axis = op.option(Tfl.AXIS);
        int at = (int) (axis < 0 ? axis + op.rank(0) + 1 : axis);
        Value[] parts = IntStream.range(0, op.inputs())
                .mapToObj(i -> onnx.unsqueeze(op.in(i), at))
                .toArray(Value[]::new);
        return List.of(onnx.concat(at, parts));
    }

    /** Cut into slices along an axis, which goes. Source: {@code kernels/unpack.cc}; ONNX Split-13 and Squeeze-13. */
    static List<Value> unpack(TflOp op, Onnx onnx) {
        long axis = op.option(Tfl.AXIS);
        int at = (int) (axis < 0 ? axis + op.rank(0) : axis);
        long[] ones = new long[op.node().outputs().size()];
        Arrays.fill(ones, 1);
        List<Value> results = new ArrayList<>();
        onnx.split(op.in(0), at, ones).forEach(part -> results.add(onnx.squeeze(part, at)));
        return results;
    }

    /** Cut into equal parts along operand 0. Source: {@code kernels/split.cc}; ONNX Split-13. */
    static List<Value> split(TflOp op, Onnx onnx) {
        int axis = op.axis(0, op.rank(1));
        int parts = op.node().outputs().size();
        if (parts == 1) {
            return List.of(op.in(1));
        }
        if (!op.shape(1).isFixed(axis)) {
            Attributes attributes = Attributes.of(OnnxOps.AXIS, (long) axis).with(OnnxOps.NUM_OUTPUTS, (long) parts);
            return onnx.ops("Split", attributes, parts, op.in(1));
        }
        long[] extents = new long[parts];
        Arrays.fill(extents, op.size(1, axis) / parts);
        return onnx.split(op.in(1), axis, extents);
    }

    /** Cut into parts of given extents, one of which may be −1. Source: {@code kernels/split_v.cc}; ONNX Split-13. */
    static List<Value> splitV(TflOp op, Onnx onnx) {
        int axis = op.axis(2, op.rank(0));
        long[] given = op.longs(1);
        long known = Arrays.stream(given).filter(e -> e >= 0).sum();
        Value rest = Extents.plus(onnx, Extents.of(op, onnx, 0).at(axis), -known);
        Value[] parts =
                Arrays.stream(given).mapToObj(e -> e < 0 ? rest : onnx.ints(e)).toArray(Value[]::new);
        Value extents = Extents.join(onnx, parts);
        return extents.constant()
                .map(t -> onnx.split(op.in(0), axis, t.toLongs()))
                .orElseGet(() ->
                        onnx.ops("Split", Attributes.of(OnnxOps.AXIS, (long) axis), given.length, op.in(0), extents));
    }

    /** The extents of the operand. Source: {@code kernels/shape.cc}; ONNX Shape-13, or a constant. */
    static List<Value> shape(TflOp op, Onnx onnx) {
        Shape shape = op.shape(0);
        DataType type = op.out().type();
        return List.of(
                shape.isStatic()
                        ? onnx.constant(Tensor.ofIntegers(type, Shape.of(shape.rank()), shape.sizes()))
                        : onnx.cast(onnx.shapeOf(op.raw(0)), type));
    }

    /** The rank of the operand. Source: {@code kernels/rank.cc}; a constant. */
    static List<Value> rank(TflOp op, Onnx onnx) {
        return List.of(onnx.scalar(op.out().type(), op.rank(0)));
    }

    /**
     * {@code x [N,H,W,b²·C]} → {@code [N,b·H,b·W,C]}. Source: {@code kernels/depth_to_space.cc}; ONNX DepthToSpace-13 in
     * mode DCR.
     */
    static List<Value> depthToSpace(TflOp op, Onnx onnx) {
        if (op.in(0).type() == DataType.INT64) {
            long b = op.option(Tfl.BLOCK_SIZE);
            Extents x = Extents.of(op, onnx, 0);
            Value rest = Extents.over(onnx, x.at(3), b * b);
            Value apart = Extents.reshape(onnx, op.in(0), x.at(0), x.at(1), x.at(2), onnx.ints(b), onnx.ints(b), rest);
            Value[] wide = {x.at(0), Extents.times(onnx, x.at(1), b), Extents.times(onnx, x.at(2), b), rest};
            return List.of(Extents.reshape(onnx, onnx.transpose(apart, BLOCKS), wide));
        }
        Attributes attributes =
                Attributes.of(OnnxOps.BLOCKSIZE, op.option(Tfl.BLOCK_SIZE)).with(OnnxOps.MODE, "DCR");
        return List.of(Layout.nchw(onnx, op.in(0), x -> onnx.op("DepthToSpace", attributes, x)));
    }

    /** {@code x [N,b·H,b·W,C]} → {@code [N,H,W,b²·C]}. Source: {@code kernels/space_to_depth.cc}; ONNX SpaceToDepth-13, or Reshape-14
     * and Transpose-13 of int64. */
    static List<Value> spaceToDepth(TflOp op, Onnx onnx) {
        if (op.in(0).type() == DataType.INT64) {
            long b = op.option(Tfl.BLOCK_SIZE);
            Extents x = Extents.of(op, onnx, 0);
            Value rows = Extents.over(onnx, x.at(1), b);
            Value columns = Extents.over(onnx, x.at(2), b);
            Value apart = Extents.reshape(onnx, op.in(0), x.at(0), rows, onnx.ints(b), columns, onnx.ints(b), x.at(3));
            Value[] deep = {x.at(0), rows, columns, Extents.times(onnx, x.at(3), b * b)};
            return List.of(Extents.reshape(onnx, onnx.transpose(apart, BLOCKS), deep));
        }
        Attributes attributes = Attributes.of(OnnxOps.BLOCKSIZE, op.option(Tfl.BLOCK_SIZE));
        return List.of(Layout.nchw(onnx, op.in(0), x -> onnx.op("SpaceToDepth", attributes, x)));
    }

    /** The operand repeated along each axis. Source: {@code kernels/tile.cc}; ONNX Tile-13. */
    static List<Value> tile(TflOp op, Onnx onnx) {
        return List.of(onnx.op("Tile", op.in(0), op.int64(1)));
    }

    /** The operand broadcast to a shape. Source: {@code kernels/broadcast_to.cc}; ONNX Expand-13. */
    static List<Value> broadcastTo(TflOp op, Onnx onnx) {
        return List.of(onnx.op("Expand", op.in(0), op.int64(1)));
    }

    /** One number in every place of a shape. Source: {@code kernels/fill.cc}; ONNX Expand-13. */
    static List<Value> fill(TflOp op, Onnx onnx) {
        return List.of(onnx.op("Expand", op.in(1), op.int64(0)));
    }
}
