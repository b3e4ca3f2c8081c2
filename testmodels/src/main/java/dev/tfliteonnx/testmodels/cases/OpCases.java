package dev.tfliteonnx.testmodels.cases;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** All cases, by family of operators. */
public final class OpCases {
    private static final List<Consumer<CaseList>> FAMILIES = List.of(
            ConvolutionCases::addTo,
            TransposeConvCases::addTo,
            DenseCases::addTo,
            MatmulCases::addTo,
            PoolingCases::addTo,
            ArithmeticCases::addTo,
            ActivationCases::addTo,
            PlainCases::addTo,
            ComparisonCases::addTo,
            SpaceCases::addTo,
            FoldingCases::addTo,
            ShapeCases::addTo,
            JoinCases::addTo,
            SlicingCases::addTo,
            StridedSliceCases::addTo,
            GatherCases::addTo,
            ReductionCases::addTo,
            ResizeCases::addTo,
            QuantizationCases::addTo,
            RecurrentCases::addTo,
            StatefulLayerCases::addTo,
            BidirectionalCases::addTo,
            CustomCases::addTo,
            CompositeCases::addTo,
            BatchCases::addTo,
            NormalizationCases::addTo,
            SortingCases::addTo,
            SelectCases::addTo,
            IntegerMathCases::addTo,
            ScatterCases::addTo,
            EmbeddingCases::addTo,
            ReversalCases::addTo,
            VolumeCases::addTo,
            SuppressionCases::addTo,
            SlidingCases::addTo,
            GeneratorCases::addTo,
            AudioCases::addTo,
            ControlCases::addTo,
            ResourceCases::addTo,
            TableCases::addTo,
            ProgramCases::addTo,
            ComplexCases::addTo,
            HloCases::addTo,
            HloIndexingCases::addTo,
            HloWindowCases::addTo,
            HloPlainCases::addTo,
            HloMovesCases::addTo,
            HloProductCases::addTo);

    private OpCases() {}

    /** The cases that are written down, in a fixed order. */
    public static List<OpCase> all() {
        return all(0, 0);
    }

    /**
     * The cases that are written down, and so many drawn ones that each operator has at least {@code least}, if its
     * options and shapes allow as many.
     *
     * @param seed decides what is drawn; the same seed draws the same cases
     */
    public static List<OpCase> all(int least, long seed) {
        CaseList cases = new CaseList(least, seed);
        FAMILIES.forEach(family -> family.accept(cases));
        return cases.cases();
    }

    /** The cases of one operator that are written down. */
    public static List<OpCase> of(String op) {
        return all().stream().filter(c -> c.op().equals(op)).toList();
    }

    /** The operators that have cases. */
    public static Set<String> ops() {
        Set<String> ops = new TreeSet<>();
        all().forEach(c -> ops.add(c.op()));
        return ops;
    }

    /**
     * The cases that a test runs, by operator. The property {@code test.op} tells how their names begin, in one or more ways
     * with commas between, {@code test.cases} takes the place of {@code least}, and {@code test.draw} that of the seed of what is drawn.
     *
     * @param least how many cases each operator has at least, drawn ones included
     */
    public static Map<String, List<OpCase>> byOp(int least) {
        String[] begins = System.getProperty("test.op", "").split(",");
        return all(Integer.getInteger("test.cases", least), drawSeed()).stream()
                .filter(c -> Arrays.stream(begins).anyMatch(c.name()::startsWith))
                .collect(Collectors.groupingBy(OpCase::op, TreeMap::new, Collectors.toList()));
    }

    /** The seed that {@link #byOp} draws from. */
    public static long drawSeed() {
        return Long.getLong("test.draw", 20);
    }
}
