package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.FlexOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Operators of TFLite Micro's audio front end that remember samples: what they keep is a graph input and a graph output.
 * Where the source leaves a result unwritten because there are too few samples yet, it holds what samples there are.
 */
final class SignalFrames {
    private static final int MOST_FRAMES = 256;

    private SignalFrames() {}

    /** How frames are cut. */
    private record Frames(int size, int step, boolean prefilled) {
        static Frames read(FlexOptions flex) {
            return new Frames(
                    (int) flex.integer("frame_size", 0),
                    (int) flex.integer("frame_step", 0),
                    flex.flag("prefill", false));
        }

        /** How many samples there must be before a frame is cut; of those the oldest are taken. */
        int needed() {
            return prefilled ? size : (size + step - 1) / step * step;
        }
    }

    /**
     * {@code x [...,n·step]} → frames {@code [...,n,size]} that overlap, beginning in what came before {@code x};
     * whether all of them are whole.
     *
     * <p>Source: {@code signal/micro/kernels/framer.cc}.
     */
    static List<Value> framer(TflOp op, Onnx onnx) {
        Frames how = CustomOptions.flex(op, Frames::read);
        int rank = op.rank(0);
        long[] shape = sizes(op, rank);
        int last = rank - 1;
        if (how.step < 1 || how.size < how.step || how.size > Tensor.SMALL || shape[last] % how.step != 0) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its options are " + how + " for " + op.shape(0), "");
        }
        int frames = (int) (shape[last] / how.step);
        int kept = how.needed() - how.step;
        Value before = op.state(0, zeros(op, with(shape, kept)));
        Value all = onnx.concat(last, before, op.raw(0));
        op.setState(0, range(onnx, all, last, shape[last], shape[last] + kept));
        long[] places = new long[frames * how.size];
        Arrays.setAll(places, i -> i / how.size * how.step + i % how.size);
        Tensor at = Tensor.ofLongs(places).reshaped(Shape.of(frames, how.size));
        return List.of(onnx.gather(all, onnx.constant(at), last), whole(op, onnx, how, frames));
    }

    private static Value whole(TflOp op, Onnx onnx, Frames how, int frames) {
        if (how.prefilled) {
            return onnx.constant(Tensor.scalar(DataType.BOOL, 1));
        }
        int missing = how.needed() / how.step - 1;
        Value seen = op.state(1, Tensor.scalar(DataType.INT32, 0));
        Value sum = onnx.add(seen, onnx.scalar(DataType.INT32, frames));
        op.setState(1, onnx.op("Min", sum, onnx.scalar(DataType.INT32, missing)));
        return onnx.op("GreaterOrEqual", seen, onnx.scalar(DataType.INT32, missing));
    }

    /**
     * {@code x [...,n]} → {@code x} some samples later.
     *
     * <p>Source: {@code signal/micro/kernels/delay.cc}.
     */
    static List<Value> delay(TflOp op, Onnx onnx) {
        long length = CustomOptions.flex(op, flex -> flex.integer("delay_length", 0));
        int last = op.rank(0) - 1;
        long[] shape = sizes(op, last + 1);
        if (length < 0 || length > 1 << 24) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "delay_length is " + length, "export the model anew");
        }
        Value all = onnx.concat(last, op.state(0, zeros(op, with(shape, length))), op.raw(0));
        op.setState(0, range(onnx, all, last, shape[last], shape[last] + length));
        return List.of(range(onnx, all, last, 0, shape[last]));
    }

    /**
     * Frames {@code x [...,n,size]} → {@code [...,n·step]}: each is added to what is left of those before, and its first
     * samples are given out. Sums of integers are held within 16 bits, so that the order counts.
     *
     * <p>Source: {@code signal/src/overlap_add.cc}.
     */
    static List<Value> overlapAdd(TflOp op, Onnx onnx) {
        long step = CustomOptions.flex(op, flex -> flex.integer("frame_step", 0));
        int rank = op.rank(0);
        int last = rank - 2;
        long[] shape = sizes(op, rank);
        long size = shape[rank - 1];
        if (rank < 2 || step < 1 || step > size || shape[last] > MOST_FRAMES) {
            String reason = "frame_step is " + step + " for " + op.shape(0);
            throw op.refuse(DiagnosticCode.UNSUPPORTED_OPTION, reason, "use at most " + MOST_FRAMES + " frames");
        }
        boolean real = op.source(0).type() == DataType.FLOAT32;
        DataType type = real ? DataType.FLOAT32 : DataType.INT32;
        long[] left = with(Arrays.copyOf(shape, rank - 1), size);
        Value buffer = onnx.cast(op.state(0, zeros(op, left)), type);
        Value x = onnx.cast(op.raw(0), type);
        long[] pads = new long[2 * (last + 1)];
        pads[2 * last + 1] = step;
        List<Value> out = new ArrayList<>();
        for (long i = 0; i < shape[last]; i++) {
            Value sum = onnx.add(buffer, onnx.gather(x, onnx.scalar(DataType.INT64, i), last));
            Value held = real ? sum : onnx.clip(sum, Short.MIN_VALUE, Short.MAX_VALUE);
            out.add(range(onnx, held, last, 0, step));
            buffer = onnx.pad(range(onnx, held, last, step, size), pads, Value.ABSENT);
        }
        op.setState(0, onnx.cast(buffer, op.source(0).type()));
        return List.of(onnx.concat(last, out.toArray(Value[]::new)));
    }

    /** How frames of channels are stacked. */
    private record Stack(int channels, int left, int right, int step) {
        static Stack read(FlexOptions flex) {
            return new Stack(
                    (int) flex.integer("num_channels", 0),
                    (int) flex.integer("stacker_left_context", 0),
                    (int) flex.integer("stacker_right_context", 0),
                    (int) flex.integer("stacker_step", 0));
        }

        int frames() {
            return left + right + 1;
        }
    }

    /**
     * {@code x [channels]} → the last frames {@code [(left+1+right)·channels]}, the first of which counts for those
     * before it too; whether there are enough new ones.
     *
     * <p>Source: {@code signal/micro/kernels/stacker.cc}.
     */
    static List<Value> stacker(TflOp op, Onnx onnx) {
        Stack how = CustomOptions.flex(op, Stack::read);
        long channels = op.size(0, 0);
        if (how.channels != channels || how.left < 0 || how.right < 0 || how.step < 1 || how.step > how.frames()) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its options are " + how + " for " + op.shape(0), "");
        }
        Value held = op.state(0, zeros(op, new long[] {how.frames() * channels}));
        // frames that are held and not yet given out; none at all before the first
        Value count = op.state(1, Tensor.scalar(DataType.INT32, -1));
        Value first = onnx.op("Less", count, onnx.scalarLike(count, 0));
        Value padded = onnx.concat(
                0, range(onnx, held, 0, 0, how.right * channels), onnx.op("Tile", op.raw(0), onnx.ints(how.left + 1L)));
        Value next = onnx.concat(0, range(onnx, held, 0, channels, how.frames() * channels), op.raw(0));
        Value stack = onnx.where(first, padded, next);
        Value counted =
                onnx.where(first, onnx.scalarLike(count, how.left + 1.0), onnx.add(count, onnx.scalarLike(count, 1)));
        Value enough = onnx.op("GreaterOrEqual", counted, onnx.scalarLike(count, how.frames()));
        op.setState(0, stack);
        op.setState(1, onnx.where(enough, onnx.sub(counted, onnx.scalarLike(count, how.step)), counted));
        return List.of(stack, enough);
    }

    private static long[] sizes(TflOp op, int rank) {
        long[] sizes = new long[rank];
        for (int i = 0; i < rank; i++) {
            sizes[i] = op.size(0, i);
        }
        return sizes;
    }

    private static long[] with(long[] shape, long last) {
        long[] changed = shape.clone();
        changed[shape.length - 1] = last;
        return changed;
    }

    private static Tensor zeros(TflOp op, long[] shape) {
        return Tensor.splat(op.source(0).type(), Shape.of(shape), 0);
    }

    private static Value range(Onnx onnx, Value x, int axis, long from, long to) {
        return onnx.slice(x, new long[] {from}, new long[] {to}, new long[] {axis}, new long[] {1});
    }
}
