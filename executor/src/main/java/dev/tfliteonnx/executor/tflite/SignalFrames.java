package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import java.util.Arrays;
import java.util.List;

/** Custom operators of TFLite Micro that cut signals into frames and put them together; what they keep outlives a run. */
final class SignalFrames {
    private SignalFrames() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.custom("SignalFramer", SignalFrames::framer)
                .custom("SignalDelay", SignalFrames::delay)
                .custom("SignalOverlapAdd", SignalFrames::overlapAdd)
                .custom("SignalStacker", SignalFrames::stacker)
                .custom("SignalWindow", SignalFrames::window);
    }

    private static Array zeros(Array like, int last) {
        return Array.zeros(like.type(), Dims.with(like.dims(), like.rank() - 1, last));
    }

    private static Array flag(boolean holds) {
        return Array.ofBooleans(new int[0], new byte[] {(byte) (holds ? 1 : 0)});
    }

    /** How frames are cut. */
    private record Frames(int size, int step, boolean prefilled) {
        /** How many samples there must be before a frame is cut; of those the oldest are taken. */
        int needed() {
            return prefilled ? size : (size + step - 1) / step * step;
        }
    }

    /** Samples before those of a run, and how many frames were seen. */
    private record Past(Array samples, int seen) {}

    /**
     * SignalFramer: [..., n·step] → frames [..., n, size] that overlap, beginning in what came before; whether all of them
     * are whole. Source: {@code signal/micro/kernels/framer.cc}.
     */
    static List<Array> framer(TfliteCall call) {
        Frames how = CustomOptions.flex(
                call,
                flex -> new Frames(
                        (int) flex.integer("frame_size", 0),
                        (int) flex.integer("frame_step", 0),
                        flex.flag("prefill", false)));
        Array x = call.in(0);
        int last = x.rank() - 1;
        if (how.step() < 1 || how.size() < how.step() || x.dim(last) % how.step() != 0) {
            throw new IllegalArgumentException("its options are " + how);
        }
        int frames = x.dim(last) / how.step();
        int kept = how.needed() - how.step();
        Past past = call.kept(Past.class).orElseGet(() -> new Past(zeros(x, kept), 0));
        Array all = Moves.joined(List.of(past.samples(), x), last);
        int missing = how.prefilled() ? 0 : how.needed() / how.step() - 1;
        call.keep(new Past(Moves.part(all, last, x.dim(last), kept), Math.min(missing, past.seen() + frames)));
        int[] strides = Dims.strides(all.dims());
        int[] outer = Dims.slice(x.dims(), 0, last);
        Array cut = Moves.strided(
                all,
                0,
                Dims.concat(outer, frames, how.size()),
                Dims.concat(Dims.slice(strides, 0, last), how.step(), 1));
        return List.of(cut, flag(past.seen() >= missing));
    }

    /** SignalDelay: samples some places later. Source: {@code signal/micro/kernels/delay.cc}. */
    static List<Array> delay(TfliteCall call) {
        int length = CustomOptions.flex(call, flex -> (int) flex.integer("delay_length", 0));
        Array x = call.in(0);
        int last = x.rank() - 1;
        Array before = call.kept(Array.class).orElseGet(() -> zeros(x, length));
        Array all = Moves.joined(List.of(before, x), last);
        call.keep(Moves.part(all, last, x.dim(last), length));
        return List.of(Moves.part(all, last, 0, x.dim(last)));
    }

    /**
     * SignalOverlapAdd: frames [..., n, size] → [..., n·step]: each is added to what is left of those before, held within
     * 16 bits if they are integers, and its first samples are given out. Source: {@code signal/src/overlap_add.cc}.
     */
    static List<Array> overlapAdd(TfliteCall call) {
        int step = CustomOptions.flex(call, flex -> (int) flex.integer("frame_step", 0));
        Array x = call.in(0);
        int size = x.dim(-1);
        int frames = x.dim(-2);
        if (step < 1 || step > size) {
            throw new IllegalArgumentException("frame_step is " + step + " for " + x);
        }
        int[] outer = Dims.slice(x.dims(), 0, x.rank() - 2);
        double[] in = x.doubles();
        double[] left = call.kept(double[].class)
                .orElseGet(() -> new double[Dims.count(outer) * size])
                .clone();
        double[] out = new double[Dims.count(outer) * frames * step];
        for (int frame = 0; frame < Dims.count(outer) * frames; frame++) {
            int at = frame / frames * size;
            for (int i = 0; i < size; i++) {
                double sum = left[at + i] + in[frame * size + i];
                left[at + i] = x.type().isFloat() ? (float) sum : Integers.clamp((long) sum, DataType.INT16);
            }
            System.arraycopy(left, at, out, frame * step, step);
            System.arraycopy(left, at + step, left, at, size - step);
            Arrays.fill(left, at + size - step, at + size, 0);
        }
        call.keep(left);
        return List.of(Array.ofDoubles(x.type(), Dims.concat(outer, frames * step), out));
    }

    /** How frames of channels are stacked. */
    private record Stack(int left, int right, int step) {
        int frames() {
            return left + right + 1;
        }
    }

    /**
     * SignalStacker: [channels] → the last frames [(left + 1 + right)·channels], the first of which counts for those before
     * it too; whether there are enough new ones. Source: {@code signal/micro/kernels/stacker.cc}.
     */
    static List<Array> stacker(TfliteCall call) {
        Stack how = CustomOptions.flex(
                call,
                flex -> new Stack(
                        (int) flex.integer("stacker_left_context", 0),
                        (int) flex.integer("stacker_right_context", 0),
                        (int) flex.integer("stacker_step", 0)));
        Array x = call.in(0);
        int channels = x.size();
        boolean first = call.kept(Past.class).isEmpty();
        Past past = call.kept(Past.class).orElseGet(() -> new Past(zeros(x, how.frames() * channels), 0));
        Array held = first
                ? Moves.joined(
                        List.of(Array.zeros(x.type(), how.right() * channels), Moves.tiled(x, new int[] {how.left() + 1
                        })),
                        0)
                : Moves.joined(List.of(Moves.part(past.samples(), 0, channels, (how.frames() - 1) * channels), x), 0);
        int counted = past.seen() + (first ? how.left() + 1 : 1);
        boolean enough = counted >= how.frames();
        call.keep(new Past(held, enough ? counted - how.step() : counted));
        return List.of(held, flag(enough));
    }

    /** SignalWindow: rows times weights, shifted right and held within 16 bits. Source: {@code signal/src/window.cc}. */
    static List<Array> window(TfliteCall call) {
        int shift = CustomOptions.flex(call, flex -> (int) flex.integer("shift", 0));
        int[] x = Integers.of(call.in(0), 0);
        int[] weights = Integers.of(call.in(1), 0);
        for (int i = 0; i < x.length; i++) {
            x[i] = Integers.clamp(x[i] * weights[i % weights.length] >> shift, DataType.INT16);
        }
        return List.of(Integers.array(DataType.INT16, call.in(0).dims(), x));
    }
}
