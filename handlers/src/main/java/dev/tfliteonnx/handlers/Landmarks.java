package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.FlexOptions;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Landmarks and the matrices that bring a crop of an image upright; custom operators of MediaPipe. */
final class Landmarks {
    private final TflOp op;
    private final Onnx onnx;

    private Landmarks(TflOp op, Onnx onnx) {
        this.op = op;
        this.onnx = onnx;
    }

    /**
     * Landmarks {@code [1,h,w,k·d]} (version 1) or {@code [1,k,d]} (version 2) and a matrix of 16 elements → landmarks
     * with x and y transformed; a third coordinate stays. Version 1 scales the translation.
     *
     * <p>Source: {@code util/tflite/operations/transform_landmarks.cc}.
     */
    static List<Value> transformLandmarks(TflOp op, Onnx onnx) {
        boolean second = isSecond(op);
        long d = second ? op.size(0, 2) : CustomOptions.flex(op, o -> o.integer("dimensions", 0));
        float scale = second ? 1 : CustomOptions.flex(op, o -> o.number("scale", 0));
        if (d != 2 && d != 3) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "landmarks have " + d + " dimensions, not 2 or 3", "");
        }
        Value points = onnx.reshape(op.in(0), -1, d);
        Value matrix = onnx.reshape(op.in(1), -1);
        Value turn = onnx.reshape(onnx.gather(matrix, onnx.ints(0, 4, 1, 5), 0), 2, 2);
        Value shift = onnx.gather(matrix, onnx.ints(3, 7), 0);
        if (scale != 1) {
            shift = onnx.mul(shift, onnx.scalar(DataType.FLOAT32, scale));
        }
        List<Value> parts = d == 2 ? List.of(points) : onnx.split(points, 1, 2, 1);
        Value moved = onnx.add(onnx.op("MatMul", parts.get(0), turn), shift);
        Value all = d == 2 ? moved : onnx.concat(1, moved, parts.get(1));
        return List.of(onnx.reshape(all, op.shape(0).sizes()));
    }

    private static boolean isSecond(TflOp op) {
        return op.node().attributes().get(Tfl.VERSION_OF_OP, 1L) >= 2;
    }

    /**
     * Landmarks of three dimensions → the matrix {@code [1,4,4]} that takes the pixels of an upright crop around some
     * of them to places in the image. Two of them say which way is level.
     *
     * <p>Source: {@code util/tflite/operations/landmarks_to_transform_matrix.cc}. The kernel multiplies matrices of
     * shifts, turns and scales; here is their product.
     */
    static List<Value> toTransformMatrix(TflOp op, Onnx onnx) {
        Landmarks landmarks = new Landmarks(op, onnx);
        Value matrix = CustomOptions.flex(
                op, options -> isSecond(op) ? landmarks.fromTarget(options) : landmarks.fromLevel(options));
        return List.of(matrix);
    }

    /** Version 1: results in relative coordinates of the input image. */
    private Value fromLevel(FlexOptions o) {
        long[] in = o.integers("input_hw");
        long[] out = o.integers("output_hw");
        float range = o.integer("landmarks_range", 0);
        float multiplier = o.number("bbox_size_multiplier", 0);
        require(in.length == 2 && out.length == 2 && range > 0 && multiplier != 0 && o.integer("dimensions", 0) == 3);
        Value delta = delta(o);
        Value angle = onnx.op("Neg", onnx.op("Atan", onnx.div(at(delta, 1), at(delta, 0))));
        Value cos = onnx.op("Cos", angle);
        Value sin = onnx.op("Sin", angle);
        Value turned = onnx.op("MatMul", subset(o.integers("subset")), turn(cos, sin));
        Value[] box = box(turned);
        Value middle = onnx.op("MatMul", box[0], turn(cos, onnx.op("Neg", sin)));
        Value half = onnx.constant(Tensor.ofFloats(Shape.of(1, 2), (in[1] - 1) / 2f, (in[0] - 1) / 2f));
        // columns of the turn back, each as long as the box is wide or high
        Value scale = onnx.mul(box[1], onnx.scalar(DataType.FLOAT32, multiplier / range));
        Value columns = onnx.mul(turn(cos, sin), scale);
        Value step = onnx.constant(Tensor.ofFloats(Shape.of(1, 2), 2f / (out[1] - 1), 2f / (out[0] - 1)));
        Value tall = onnx.transpose(half, 1, 0);
        Value linear = onnx.mul(onnx.mul(columns, step), tall);
        Value corner = onnx.op("Neg", onnx.reduce("ReduceSum", columns, true, 1));
        Value centre = onnx.mul(onnx.transpose(middle, 1, 0), onnx.scalar(DataType.FLOAT32, 2f / range));
        Value shift = onnx.mul(onnx.add(corner, centre), tall);
        return matrix(linear, shift);
    }

    /** Version 2: results in the landmarks' own coordinates. */
    private Value fromTarget(FlexOptions o) {
        float height = o.integer("output_height", 0);
        float width = o.integer("output_width", 0);
        double target = o.number("target_rotation_radians", 0);
        require(height > 0 && width > 0);
        // cosine and sine of the target minus the angle of the two landmarks, without the angle itself
        Value delta = delta(o);
        Value length = onnx.op("Sqrt", onnx.reduce("ReduceSum", onnx.mul(delta, delta), true, 1));
        Value any = onnx.op("Greater", length, onnx.scalar(DataType.FLOAT32, 0));
        Value level = onnx.constant(Tensor.ofFloats(Shape.of(1, 2), 1, 0));
        Value unit = onnx.where(any, onnx.div(delta, length), level);
        Value x = at(unit, 0);
        Value y = at(unit, 1);
        Value c = onnx.scalar(DataType.FLOAT32, Math.cos(target));
        Value s = onnx.scalar(DataType.FLOAT32, Math.sin(target));
        Value cos = onnx.add(onnx.mul(c, x), onnx.mul(s, y));
        Value sin = onnx.sub(onnx.mul(s, x), onnx.mul(c, y));
        Value turned = onnx.op("MatMul", subset(o.integers("subset_idxs")), turn(cos, sin));
        Value[] box = box(turned);
        Value middle = onnx.op("MatMul", box[0], turn(cos, onnx.op("Neg", sin)));
        Tensor scales =
                Tensor.ofFloats(Shape.of(1, 2), o.number("scale_x", 0) / width, o.number("scale_y", 0) / height);
        Value linear = onnx.mul(turn(cos, sin), onnx.mul(box[1], onnx.constant(scales)));
        Value half = onnx.constant(Tensor.ofFloats(Shape.of(2, 1), width / 2, height / 2));
        Value shift = onnx.sub(onnx.transpose(middle, 1, 0), onnx.op("MatMul", linear, half));
        return matrix(linear, shift);
    }

    private void require(boolean sound) {
        if (!sound) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its options contradict each other", "");
        }
    }

    /** From the left landmark to the right, {@code [1,2]}. */
    private Value delta(FlexOptions o) {
        long[] ends = {o.integer("left_rotation_idx", -1), o.integer("right_rotation_idx", -1)};
        List<Value> points = onnx.split(subset(ends), 0, 1, 1);
        return onnx.sub(points.get(1), points.get(0));
    }

    /** x and y of some landmarks, {@code [n,2]}. */
    private Value subset(long[] indices) {
        require(indices.length > 0 && Arrays.stream(indices).allMatch(i -> i >= 0));
        Value points = onnx.gather(onnx.reshape(op.in(0), -1, 3), onnx.ints(indices), 0);
        return onnx.slice(points, new long[] {0}, new long[] {2}, new long[] {1}, new long[] {1});
    }

    private Value at(Value row, long i) {
        return onnx.slice(row, new long[] {i}, new long[] {i + 1}, new long[] {1}, new long[] {1});
    }

    /** The matrix {@code [[cos, sin], [−sin, cos]]}, which turns rows by the angle and columns back. */
    private Value turn(Value cos, Value sin) {
        return onnx.reshape(onnx.concat(1, cos, sin, onnx.op("Neg", sin), cos), 2, 2);
    }

    /** Middle and size of the box around points, each {@code [1,2]}. */
    private Value[] box(Value points) {
        Value high = onnx.reduce("ReduceMax", points, true, 0);
        Value low = onnx.reduce("ReduceMin", points, true, 0);
        Value middle = onnx.mul(onnx.add(high, low), onnx.scalar(DataType.FLOAT32, 0.5));
        return new Value[] {middle, onnx.sub(high, low)};
    }

    private Value matrix(Value linear, Value shift) {
        Value none = onnx.constant(Tensor.ofFloats(Shape.of(2, 1), 0, 0));
        Value below = onnx.constant(Tensor.ofFloats(Shape.of(2, 4), 0, 0, 1, 0, 0, 0, 0, 1));
        return onnx.reshape(onnx.concat(0, onnx.concat(1, linear, none, shift), below), 1, 4, 4);
    }
}
