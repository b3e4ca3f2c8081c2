package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.flatbuffers.FlexBuffersBuilder;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.executor.TfliteExecutor;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operators of TFLite Micro's audio front end against what its own sources compute, compiled and run by {@code
 * tools/testmodels/signal_goldens.cc}: no engine at hand has them. Integers must be equal.
 */
class SignalOpsTest {
    private static final Set<String> CONSTANT = Set.of("SignalFilterBank", "SignalPCAN", "SignalWindow");

    /** A tensor of a case: how it is stored, its elements, and whether the source left them unwritten. */
    private record Numbers(DataType type, double[] values, boolean unwritten) {
        static Numbers parse(String kind, String list) {
            String type = kind.replaceAll("[>?]", "");
            DataType stored =
                    switch (type) {
                        case "i16" -> DataType.INT16;
                        case "i32" -> DataType.INT32;
                        case "u32" -> DataType.UINT32;
                        case "u64" -> DataType.UINT64;
                        case "f32" -> DataType.FLOAT32;
                        case "b" -> DataType.BOOL;
                        default -> throw new IllegalArgumentException(type);
                    };
            String[] words = list.split(",");
            double[] values =
                    Arrays.stream(words).mapToDouble(Double::parseDouble).toArray();
            return new Numbers(stored, values, kind.contains("?"));
        }
    }

    /** A case: its runs one after another, inputs and outputs of each. */
    private record Case(String op, String options, List<List<Numbers>> inputs, List<List<Numbers>> outputs) {
        static Case parse(String line) {
            String[] cells = line.split("\\|");
            Case c = new Case(cells[0], cells[1], new ArrayList<>(), new ArrayList<>());
            boolean inInputs = false;
            for (String cell : Arrays.asList(cells).subList(2, cells.length)) {
                String[] parts = cell.split(":");
                boolean isInput = !parts[0].startsWith(">");
                if (isInput && !inInputs) {
                    c.inputs.add(new ArrayList<>());
                    c.outputs.add(new ArrayList<>());
                }
                inInputs = isInput;
                List<List<Numbers>> side = isInput ? c.inputs : c.outputs;
                side.get(side.size() - 1).add(Numbers.parse(parts[0], parts[1]));
            }
            return c;
        }

        @Override
        public String toString() {
            return op + " " + options;
        }

        private boolean isScalar(boolean output, int i) {
            return output ? i == 1 && outputs.get(0).get(1).values.length == 1 : op.endsWith("SquareRoot") && i == 1;
        }

        private long option(String key) {
            return Arrays.stream(options.split(","))
                    .filter(o -> o.startsWith(key + "="))
                    .mapToLong(o -> Long.parseLong(o.substring(key.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }

        private int[] shape(boolean output, int i, int n) {
            if (isScalar(output, i)) {
                return new int[0];
            }
            if (op.equals("SignalFramer") && output) {
                int size = (int) option("frame_size");
                return new int[] {n / size, size};
            }
            return op.equals("SignalOverlapAdd") && !output ? new int[] {n / 6, 6} : new int[] {n};
        }

        private byte[] flex() {
            FlexBuffersBuilder flex = new FlexBuffersBuilder();
            int map = flex.startMap();
            for (String option : options.isEmpty() ? new String[0] : options.split(",")) {
                String[] parts = option.split("=");
                flex.putInt(parts[0], Long.parseLong(parts[1]));
            }
            flex.endMap(null, map);
            ByteBuffer buffer = flex.finish();
            byte[] out = new byte[buffer.remaining()];
            buffer.get(out);
            return out;
        }

        Conversion convert() throws Exception {
            return Converter.convert(source(), "model", ConversionOptions.DEFAULT);
        }

        Bytes source() {
            TfliteBuilder model = TfliteBuilder.model();
            List<TensorRef> operands = new ArrayList<>();
            List<Numbers> first = inputs.get(0);
            for (int i = 0; i < first.size(); i++) {
                Numbers x = first.get(i);
                int[] shape = shape(false, i, x.values.length);
                boolean data = i == 0 || !CONSTANT.contains(op) || (op.equals("SignalPCAN") && i == 1);
                operands.add(
                        data
                                ? signed(model, model.input("x" + i, fed(x.type), shape), x.type, shape)
                                : model.constant("c" + i, SignalOpsTest.tensor(x, shape)));
            }
            TensorSpec[] results = new TensorSpec[outputs.get(0).size()];
            for (int i = 0; i < results.length; i++) {
                Numbers y = outputs.get(0).get(i);
                results[i] =
                        TensorSpec.of(y.type, shape(true, i, y.values.length)).named("y" + i);
            }
            OpSpec spec = OpSpec.custom(op)
                    .customOptions(flex())
                    .inputs(operands.toArray(TensorRef[]::new))
                    .outputs(results);
            List<TensorRef> outs = new ArrayList<>(model.add(spec));
            for (int i = 0; i < results.length; i++) {
                outs.set(i, signed(model, outs.get(i), fed(results[i].type()), results[i].sizes()));
            }
            model.outputs(outs.toArray(TensorRef[]::new));
            return Bytes.of(model.build(), "model");
        }

        /** What the Java binding of ONNX Runtime takes in the place of a type. */
        private static DataType fed(DataType type) {
            return type == DataType.UINT32 || type == DataType.UINT64 ? DataType.INT64 : type;
        }

        private static TensorRef signed(TfliteBuilder model, TensorRef x, DataType to, int... shape) {
            boolean same = x.spec().type() == to;
            return same ? x : model.op("CAST", TensorSpec.of(to, shape).named("cast" + x.index()), x);
        }

        List<Tensor> feed(int run, List<Tensor> states, int count) {
            List<Tensor> feed = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Numbers x = inputs.get(run).get(i);
                Numbers given = new Numbers(fed(x.type), x.values, false);
                feed.add(SignalOpsTest.tensor(given, shape(false, i, x.values.length)));
            }
            feed.addAll(states);
            return feed;
        }
    }

    private static Tensor tensor(Numbers x, int... sizes) {
        Shape shape = Shape.of(Arrays.stream(sizes).asLongStream().toArray());
        if (x.type == DataType.FLOAT32) {
            float[] values = new float[x.values.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) x.values[i];
            }
            return Tensor.ofFloats(shape, values);
        }
        return Tensor.ofIntegers(
                x.type, shape, Arrays.stream(x.values).mapToLong(v -> (long) v).toArray());
    }

    private static Stream<String> lines(String name) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(SignalOpsTest.class.getResourceAsStream(name)), StandardCharsets.UTF_8))) {
            return reader.lines().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Case> cases() {
        return lines("signal_goldens.txt").map(Case::parse);
    }

    @FunctionalInterface
    private interface Runner {
        List<Tensor> run(List<Tensor> inputs) throws Exception;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void executorGivesTheGoldens(Case c) throws Exception {
        Conversion conversion = c.convert();
        Executor executor = Executor.of(conversion.model().graphs().get(0));
        check(c, conversion, executor::run);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void onnxRuntimeGivesTheGoldens(Case c) throws Exception {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        Conversion conversion = c.convert();
        try (Engine engine = OnnxRuntimeOptions.exact().open(conversion.toBytes())) {
            check(c, conversion, engine::run);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sourceGivesTheGoldens(Case c) throws Exception {
        TfliteExecutor executor = TfliteExecutor.of(
                TfliteReader.read(c.source(), "model", Optional.empty()).model());
        int count = executor.model().main().inputs().size();
        for (int run = 0; run < c.inputs.size(); run++) {
            check(c, run, executor.run(c.feed(run, List.of(), count)));
        }
    }

    private static void check(Case c, Conversion conversion, Runner runner) throws Exception {
        int count = conversion.model().graphs().get(0).inputs().size()
                - conversion.states().size();
        List<Tensor> states = conversion.states().stream().map(State::initial).toList();
        for (int run = 0; run < c.inputs.size(); run++) {
            List<Tensor> results = runner.run(c.feed(run, states, count));
            int outputs = c.outputs.get(run).size();
            assertEquals(outputs + states.size(), results.size());
            states = results.subList(outputs, results.size());
            check(c, run, results);
        }
    }

    private static void check(Case c, int run, List<Tensor> results) {
        for (int i = 0; i < c.outputs.get(run).size(); i++) {
            Numbers expected = c.outputs.get(run).get(i);
            if (!expected.unwritten) {
                double[] actual = results.get(i).toDoubles();
                double within = expected.type.isFloat() ? 2e-3 : 0;
                assertArrayEquals(expected.values, actual, within, c + " run " + run + " output " + i);
            }
        }
    }

    @Test
    void audioPreprocessorGivesTheFeaturesOfItsSources() throws Exception {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        Optional<Path> folder = Corpus.folder();
        assumeTrue(folder.isPresent(), "the models are not beside this checkout");
        Path model = folder.get().resolve("tensorflow+tflite-micro/audio_preprocessor_int8.tflite");
        Conversion conversion = Converter.convert(model, ConversionOptions.DEFAULT);
        Tensor noise = conversion.states().get(0).initial();
        try (Engine engine = OnnxRuntimeOptions.exact().open(conversion.toBytes())) {
            for (String line : lines("audio_preprocessor.txt").toList()) {
                String[] cells = line.split("[|:]");
                Tensor samples = tensor(Numbers.parse(cells[1], cells[2]), 1, 480);
                List<Tensor> results = engine.run(List.of(samples, noise));
                noise = results.get(1);
                double[] features = Arrays.stream(
                                Numbers.parse(cells[3], cells[4]).values())
                        .map(v -> Math.min(127, Math.floor((v * 256 + 333) / 666) - 128))
                        .toArray();
                assertArrayEquals(features, results.get(0).toDoubles());
            }
        }
    }
}
