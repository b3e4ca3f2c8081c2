package dev.tfliteonnx.testmodels.cases;

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
            ComplexCases::addTo,
            HloCases::addTo,
            HloPlainCases::addTo);

    private OpCases() {}

    /** All cases, in a fixed order. */
    public static List<OpCase> all() {
        CaseList cases = new CaseList();
        FAMILIES.forEach(family -> family.accept(cases));
        return cases.cases();
    }

    /** The cases of one operator. */
    public static List<OpCase> of(String op) {
        return all().stream().filter(c -> c.op().equals(op)).toList();
    }

    /** The operators that have cases. */
    public static Set<String> ops() {
        Set<String> ops = new TreeSet<>();
        all().forEach(c -> ops.add(c.op()));
        return ops;
    }

    /** The cases whose names begin so, by operator. */
    public static Map<String, List<OpCase>> byOp(String prefix) {
        return all().stream()
                .filter(c -> c.name().startsWith(prefix))
                .collect(Collectors.groupingBy(OpCase::op, TreeMap::new, Collectors.toList()));
    }
}
