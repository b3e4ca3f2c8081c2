package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.onnx.Inference.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Shapes of reductions and selections. */
final class ReductionRules {
    /** Where the axes stood before they became an input. */
    private static final Key<Ints> AXES = Key.ofInts("axes");

    private static final Key<Ints> SHAPE = Key.ofInts("shape");

    private ReductionRules() {}

    static void addTo(Map<String, Function<Call, List<TypedShape>>> rules) {
        for (String name : List.of(
                "ReduceSum",
                "ReduceMean",
                "ReduceMax",
                "ReduceMin",
                "ReduceProd",
                "ReduceL1",
                "ReduceL2",
                "ReduceSumSquare",
                "ReduceLogSum",
                "ReduceLogSumExp")) {
            rules.put(name, c -> Inference.one(c.type(0), reduced(c)));
        }
        rules.put("ArgMax", ReductionRules::arg);
        rules.put("ArgMin", ReductionRules::arg);
        rules.put("TopK", ReductionRules::topK);
        rules.put(
                "NonZero",
                c -> Inference.one(
                        DataType.INT64,
                        Shape.ofDims(List.of(
                                c.shape(0).isRanked() ? Dim.of(c.shape(0).rank()) : Dim.unknown(), Dim.unknown()))));
        rules.put(
                "NonMaxSuppression",
                c -> Inference.one(DataType.INT64, Shape.ofDims(List.of(Dim.unknown(), Dim.of(3)))));
        rules.put(
                "Unique",
                c -> List.of(
                        new TypedShape(c.type(0), Shape.ofRank(1)),
                        new TypedShape(DataType.INT64, Shape.ofRank(1)),
                        new TypedShape(DataType.INT64, Shape.ofRank(1)),
                        new TypedShape(DataType.INT64, Shape.ofRank(1))));
        for (String name : List.of("RandomNormal", "RandomUniform")) {
            rules.put(
                    name,
                    c -> Inference.one(
                            Inference.type(c, OnnxOps.DTYPE, DataType.FLOAT32),
                            Shape.of(c.attributes().get(SHAPE).toArray())));
        }
        rules.put("Multinomial", c -> Inference.one(Inference.type(c, OnnxOps.DTYPE, DataType.INT32), Shape.ofRank(2)));
    }

    private static Shape reduced(Call c) {
        Shape x = c.shape(0);
        boolean keep = c.attributes().get(OnnxOps.KEEPDIMS, 1L) != 0;
        Optional<long[]> axes =
                c.in(1).isPresent() ? c.constant(1) : c.attributes().find(AXES).map(Ints::toArray);
        if (!x.isRanked()) {
            return x;
        }
        if (axes.isEmpty() && c.in(1).isPresent()) {
            return keep ? Shape.ofRank(x.rank()) : Shape.UNKNOWN;
        }
        Set<Integer> over = Arrays.stream(axes.orElse(new long[0]))
                .mapToObj(a -> (int) (a < 0 ? a + x.rank() : a))
                .collect(Collectors.toSet());
        boolean none = over.isEmpty() && c.attributes().get(OnnxOps.NOOP_WITH_EMPTY_AXES, 0L) != 0;
        List<Dim> out = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            if (none || (!over.isEmpty() && !over.contains(i))) {
                out.add(x.dim(i));
            } else if (keep) {
                out.add(Dim.of(1));
            }
        }
        return Shape.ofDims(out);
    }

    private static List<TypedShape> arg(Call c) {
        Shape x = c.shape(0);
        if (!x.isRanked()) {
            return Inference.one(DataType.INT64, x);
        }
        int axis = c.axis(0, x.rank());
        List<Dim> out = new ArrayList<>(x.dims());
        if (c.attributes().get(OnnxOps.KEEPDIMS, 1L) != 0) {
            out.set(axis, Dim.of(1));
        } else {
            out.remove(axis);
        }
        return Inference.one(DataType.INT64, Shape.ofDims(out));
    }

    private static List<TypedShape> topK(Call c) {
        Shape x = c.shape(0);
        Shape out = x;
        if (x.isRanked()) {
            Dim k = c.constant(1).map(v -> Dim.of(v[0])).orElse(Dim.unknown());
            out = x.with(c.axis(-1, x.rank()), k);
        }
        return List.of(new TypedShape(c.type(0), out), new TypedShape(DataType.INT64, out));
    }
}
