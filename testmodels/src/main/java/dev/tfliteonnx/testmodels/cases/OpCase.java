package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.testmodels.TestModel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One way to use an operator.
 *
 * @param name a path whose first part is the operator, such as {@code CONV_2D/int8/SAME/stride2/RELU6}; unique
 * @param tolerance how results are compared
 * @param excuses engines that cannot run the case or are known to give wrong numbers, with the reason
 * @param maker makes the model; the same one each time
 */
public record OpCase(String name, Tolerance tolerance, Map<Engine, String> excuses, Supplier<TestModel> maker) {
    private static final String CUSTOM = "CUSTOM/";

    public OpCase {
        excuses = Map.copyOf(excuses);
    }

    /** The operator that the case is about: {@code CONV_2D}, or {@code CUSTOM/Mfcc} if it is a custom one. */
    public String op() {
        int from = name.startsWith(CUSTOM) ? CUSTOM.length() : 0;
        return name.substring(0, name.indexOf('/', from));
    }

    /** The model, newly made. */
    public TestModel model() {
        return maker.get();
    }

    /** Why an engine cannot run the case; empty if it can. */
    public Optional<String> excuse(Engine engine) {
        return Optional.ofNullable(excuses.get(engine));
    }

    /** This case with one more engine that cannot run it. */
    OpCase excused(Engine engine, String reason) {
        Map<Engine, String> more = new EnumMap<>(Engine.class);
        more.putAll(excuses);
        more.put(engine, reason);
        return new OpCase(name, tolerance, more, maker);
    }

    @Override
    public String toString() {
        return name;
    }
}
