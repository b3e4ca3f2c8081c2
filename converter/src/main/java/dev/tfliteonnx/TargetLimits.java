package dev.tfliteonnx;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a target cannot take of a converted graph: refusals where it would take nothing, notes where it leaves a part to
 * the CPU.
 *
 * <p>Source: the tables of supported operators of ONNX Runtime's execution providers.
 */
final class TargetLimits {
    private static final int MOST_AXES = 5;

    private static final Set<String> NNAPI =
            ops("Abs Add AveragePool BatchNormalization Cast Clip Concat Conv DepthToSpace"
                    + " DequantizeLinear Div Elu Exp Flatten Floor Gather Gemm GlobalAveragePool GlobalMaxPool Identity LRN LeakyRelu"
                    + " Log MatMul Max MaxPool Min Mul Neg PRelu Pad Pow QuantizeLinear ReduceMean Relu Reshape Resize Sigmoid Sin"
                    + " Slice Softmax Split Sqrt Squeeze Sub Tanh Transpose Unsqueeze");

    private static final Set<String> COREML = ops("Add ArgMax AveragePool BatchNormalization Cast Clip Concat Conv"
            + " ConvTranspose DepthToSpace Div Elu Erf Exp Flatten Gather Gelu Gemm GlobalAveragePool GlobalMaxPool GridSample"
            + " GroupNormalization HardSigmoid InstanceNormalization LRN LayerNormalization LeakyRelu MatMul Max MaxPool Mul"
            + " PRelu Pad Pow Reciprocal ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum Relu Reshape Resize Round Shape"
            + " Sigmoid Slice Softmax Softplus Split Sqrt Squeeze Sub Tanh Transpose Unsqueeze");

    private static final Set<String> XNNPACK = ops(
            "AveragePool Conv ConvTranspose DequantizeLinear Gemm MatMul MaxPool" + " QuantizeLinear Resize Softmax");

    private final Target target;
    private final Graph graph;
    private final List<Diagnostic> found = new ArrayList<>();

    private TargetLimits(Target target, Graph graph) {
        this.target = target;
        this.graph = graph;
    }

    /** Refusals and notes. */
    static List<Diagnostic> of(Target target, Graph graph) {
        return new TargetLimits(target, graph).find();
    }

    private List<Diagnostic> find() {
        switch (target) {
            case NNAPI -> {
                wantFixedShapes();
                wantUnsignedEdges();
                tellOthers(NNAPI);
            }
            case QNN -> {
                wantFixedShapes();
                wantUnsignedEdges();
            }
            case COREML -> {
                refuseQuantization("Core ML takes neither QuantizeLinear nor DequantizeLinear");
                tellOthers(COREML);
                tellAxes();
            }
            case TENSORRT -> refuseZeroPoints();
            case XNNPACK -> tellOthers(XNNPACK);
            case ANY, CPU_X86, CPU_ARM -> {}
        }
        return found;
    }

    private static Set<String> ops(String names) {
        return Arrays.stream(names.split(" ")).collect(Collectors.toUnmodifiableSet());
    }

    private void wantFixedShapes() {
        for (Value in : graph.inputs()) {
            if (!in.shape().isStatic()) {
                found.add(new Diagnostic(
                        DiagnosticCode.BAD_OPTION,
                        Where.tensor(in.name()),
                        "--target " + target.spelling() + " takes fixed shapes only, and the input is " + in.shape(),
                        "fix it by --shape or --batch"));
            }
        }
    }

    private void wantUnsignedEdges() {
        List<Value> edges = new ArrayList<>(graph.inputs());
        edges.addAll(graph.outputs());
        List<String> signed = edges.stream()
                .filter(v -> v.type() == DataType.INT8)
                .map(Value::name)
                .toList();
        if (!signed.isEmpty()) {
            tell("inputs and outputs of int8 are converted on the CPU: " + String.join(", ", signed), "--io uint8");
        }
    }

    private void tellOthers(Set<String> taken) {
        Map<String, Integer> others = new TreeMap<>();
        for (Node node : graph.nodes()) {
            boolean known =
                    node.op().domain().isEmpty() && taken.contains(node.op().name());
            if (!known) {
                others.merge(node.op().name(), 1, Integer::sum);
            }
        }
        if (!others.isEmpty()) {
            String list = others.entrySet().stream()
                    .map(e -> e.getKey() + " (" + e.getValue() + ")")
                    .collect(Collectors.joining(", "));
            tell("operators that run on the CPU instead: " + list, "");
        }
    }

    private void tellAxes() {
        graph.nodes().stream()
                .flatMap(n -> n.outputs().stream())
                .filter(v -> v.shape().isRanked() && v.shape().rank() > MOST_AXES)
                .findFirst()
                .ifPresent(v -> tell(
                        "tensors of more than " + MOST_AXES + " axes stay on the CPU, such as " + v.name() + " "
                                + v.shape(),
                        ""));
    }

    private void refuseQuantization(String reason) {
        if (graph.nodes().stream().anyMatch(n -> n.is("QuantizeLinear") || n.is("DequantizeLinear"))) {
            refuse(reason);
        }
    }

    private void refuseZeroPoints() {
        boolean shifted = graph.nodes().stream()
                .filter(n -> n.is("QuantizeLinear") || n.is("DequantizeLinear"))
                .filter(n -> n.inputs().size() > 2 && n.input(2).isPresent())
                .anyMatch(n -> n.input(2).constant().isEmpty()
                        || Arrays.stream(n.input(2).constant().get().toLongs()).anyMatch(z -> z != 0));
        if (shifted) {
            refuse("TensorRT takes no zero point but 0, and the model has others");
        }
    }

    private void refuse(String reason) {
        found.add(new Diagnostic(
                DiagnosticCode.BAD_OPTION, Where.NOWHERE, reason, "convert it with --quant float and --io float32"));
    }

    private void tell(String reason, String remedy) {
        found.add(new Diagnostic(DiagnosticCode.TARGET_LIMIT, Where.NOWHERE, reason, remedy));
    }
}
