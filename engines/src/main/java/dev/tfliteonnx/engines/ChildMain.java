package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The other side of {@link ChildRunner}: reads a job from standard input, does it, writes the answer to standard
 * output, until the input ends. An answer begins with {@link #MARK}, so that what native code prints can be told apart.
 */
final class ChildMain {
    static final long MARK = 0xf00d5afe_c0ffee01L;

    /** What a child can be asked. */
    enum Job {
        /** Options, model → specs of inputs, specs of outputs. */
        DESCRIBE,
        /** Options, model, lists of inputs → as many lists of outputs, from one engine. */
        RUN,
        /** Options, model, inputs → named tensors. */
        TRACE,
        /** Status → nothing: the process ends. For tests. */
        HALT,
        /** Milliseconds → nothing, after that time. For tests. */
        SLEEP
    }

    private final DataInputStream in;
    private final DataOutputStream out;

    private ChildMain(DataInputStream in, DataOutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Serves until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)))) {
            ChildMain child = new ChildMain(in, out);
            for (int job = in.read(); job >= 0; job = in.read()) {
                child.serve(Job.values()[job]);
                out.flush();
            }
        }
    }

    private void serve(Job job) throws IOException {
        switch (job) {
            case HALT -> Runtime.getRuntime().halt(in.readInt());
            case SLEEP -> sleep(in.readLong());
            case DESCRIBE, RUN, TRACE -> serveEngine(job);
        }
    }

    private void sleep(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        succeed();
    }

    private void serveEngine(Job job) throws IOException {
        EngineOptions options = Wire.readOptions(in);
        Path model = Path.of(Wire.readText(in));
        List<List<Tensor>> steps = job == Job.DESCRIBE ? List.of() : Wire.readList(Wire::readTensors, in);
        try (Engine engine = options.open(model)) {
            List<List<Tensor>> results = new ArrayList<>();
            for (List<Tensor> step : steps) {
                results.add(engine.run(step));
            }
            if (job == Job.TRACE) {
                List<NamedTensor> tensors = engine instanceof TfliteEngine tflite ? tflite.tensors() : List.of();
                succeed();
                Wire.writeList(tensors, Wire::writeNamed, out);
            } else if (job == Job.RUN) {
                succeed();
                Wire.writeList(results, Wire::writeTensors, out);
            } else {
                succeed();
                Wire.writeList(engine.inputs(), Wire::writeSpec, out);
                Wire.writeList(engine.outputs(), Wire::writeSpec, out);
            }
        } catch (EngineException e) {
            out.writeLong(MARK);
            out.writeBoolean(false);
            Wire.writeText(String.valueOf(e.getMessage()), out);
        }
    }

    private void succeed() throws IOException {
        out.writeLong(MARK);
        out.writeBoolean(true);
    }
}
