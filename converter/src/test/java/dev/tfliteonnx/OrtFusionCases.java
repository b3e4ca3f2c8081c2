package dev.tfliteonnx;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Small graphs in the forms that exporters write. */
final class OrtFusionCases {
    /**
     * A graph.
     *
     * @param name what it is called
     * @param rule the rule that fires, or must not
     * @param stays whether the rule must not fire
     * @param steps how many steps of float32 the numbers may move
     * @param differs whether ONNX Runtime comes to other operators, on purpose
     */
    record Case(String name, String rule, boolean stays, int steps, boolean differs, Graph graph) {
        Case differing() {
            return new Case(name, rule, stays, steps, true, graph);
        }
    }

    private final List<Case> cases = new ArrayList<>();
    private final Random random = new Random(5);
    private Graph graph = new Graph(Dialect.ONNX, "case");
    private Onnx onnx = new Onnx(graph, "n", Origin.NONE);

    private OrtFusionCases() {}

    static List<Case> all() {
        OrtFusionCases cases = new OrtFusionCases();
        cases.gelu();
        cases.normalization();
        cases.products();
        cases.integers();
        cases.moves();
        return List.copyOf(cases.cases);
    }

    private void fires(String name, String rule, int steps, Function<Value, Value> form) {
        add(name, rule, false, steps, form);
    }

    private void stays(String name, String rule, Function<Value, Value> form) {
        add(name, rule, true, 8, form);
    }

    /** ONNX Runtime takes these for MatMulNBits too, and quantizes what they are multiplied by. */
    private void differs(String name, String rule, Function<Value, Value> form) {
        stays(name, rule, form);
        cases.set(cases.size() - 1, cases.get(cases.size() - 1).differing());
    }

    private void add(String name, String rule, boolean stays, int steps, Function<Value, Value> form) {
        graph = new Graph(Dialect.ONNX, "case");
        onnx = new Onnx(graph, "n", Origin.NONE);
        Value y = form.apply(input("x", 2, 3, 8));
        List<Value> outputs = new ArrayList<>(List.of(y));
        graph.setOutputs(outputs);
        cases.add(new Case(name, rule, stays, steps, false, graph));
    }

    private Value input(String name, long... shape) {
        return graph.input(ValueInfo.of(name, DataType.FLOAT32, Shape.of(shape)));
    }

    private Value number(double value) {
        return onnx.scalar(DataType.FLOAT32, value);
    }

    private Value weights(long... shape) {
        float[] values = new float[(int) Shape.of(shape).elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return onnx.constant("w", Tensor.ofFloats(Shape.of(shape), values));
    }

    private Value byErf(Value x, boolean halfLast) {
        Value erf = onnx.op("Erf", onnx.div(x, number(Math.sqrt(2))));
        Value one = onnx.add(erf, number(1));
        return halfLast ? onnx.mul(onnx.mul(x, one), number(0.5)) : onnx.mul(onnx.mul(x, number(0.5)), one);
    }

    private Value byTanh(Value x, double k) {
        Value cube = onnx.mul(onnx.op("Pow", x, number(3)), number(k));
        Value tanh = onnx.op("Tanh", onnx.mul(onnx.add(x, cube), number(Math.sqrt(2 / Math.PI))));
        return onnx.op("Neg", onnx.mul(onnx.mul(x, number(0.5)), onnx.add(tanh, number(1))));
    }

    private Value byInnerTanh(Value x) {
        Value square = onnx.mul(onnx.mul(x, number(0.044715)), x);
        Value inner = onnx.mul(onnx.mul(x, number(Math.sqrt(2 / Math.PI))), onnx.add(square, number(1)));
        Value one = onnx.add(onnx.op("Tanh", inner), number(1));
        return onnx.op("Neg", onnx.mul(onnx.mul(x, number(0.5)), one));
    }

    private void gelu() {
        fires("gelu, half last", "gelu", 8, x -> byErf(x, true));
        fires("gelu, half first", "gelu", 8, x -> byErf(x, false));
        stays("gelu of another root", "gelu", x -> {
            Value erf = onnx.op("Erf", onnx.div(x, number(1.5)));
            return onnx.mul(onnx.mul(x, onnx.add(erf, number(1))), number(0.5));
        });
        fires("gelu of a sum", "bias-gelu", 8, x -> byErf(onnx.add(x, weights(8)), false));
        fires("gelu operator of a sum", "bias-gelu", 8, x -> onnx.op("Gelu", onnx.add(x, weights(8))));
        stays("gelu of a sum of two", "bias-gelu", x -> onnx.op("Gelu", onnx.add(x, input("z", 2, 3, 8))));
        stays(
                "approximate gelu of a sum",
                "bias-gelu",
                x -> onnx.op("Gelu", Attributes.of(OnnxOps.APPROXIMATE, "tanh"), onnx.add(x, weights(8))));
        fires("fast gelu", "fast-gelu", 16, x -> byTanh(x, 0.044715));
        fires("fast gelu, inner", "fast-gelu", 16, this::byInnerTanh);
        stays("fast gelu of another factor", "fast-gelu", x -> byTanh(x, 0.04));
        fires("quick gelu", "quick-gelu", 8, x -> onnx.mul(x, onnx.op("Sigmoid", x)));
        fires(
                "quick gelu, scaled",
                "quick-gelu-scaled",
                8,
                x -> onnx.mul(onnx.op("Sigmoid", onnx.mul(x, number(1.702))), x));
        stays("gate of another value", "quick-gelu", x -> onnx.mul(input("z", 2, 3, 8), onnx.op("Sigmoid", x)));
    }

    private Value layer(Value x, long axis) {
        Value centred = onnx.sub(x, onnx.reduce("ReduceMean", x, true, axis));
        Value square = onnx.op("Pow", centred, number(2));
        Value deviation = onnx.op("Sqrt", onnx.add(onnx.reduce("ReduceMean", square, true, axis), number(1e-5)));
        return onnx.add(onnx.mul(onnx.div(centred, deviation), weights(8)), weights(8));
    }

    private Value operator(Value x) {
        return onnx.op("LayerNormalization", Attributes.of(OnnxOps.EPSILON, 1e-5f), x, weights(8), weights(8));
    }

    private void normalization() {
        fires("layer normalization", "shift-into-layer-normalization", 16, x -> layer(x, -1));
        stays("normalization along a middle axis", "shift-into-layer-normalization", x -> layer(x, 1));
        fires(
                "skip layer normalization",
                "skip-layer-normalization",
                16,
                x -> operator(onnx.add(x, input("z", 2, 3, 8))));
        fires(
                "skip layer normalization with bias",
                "skip-layer-normalization-bias",
                16,
                x -> operator(onnx.add(onnx.add(x, weights(8)), input("z", 2, 3, 8))));
        stays(
                "normalization of a stretched sum",
                "skip-layer-normalization",
                x -> operator(onnx.add(x, input("z", 1, 3, 8))));
        fires("simplified layer normalization", "simplified-layer-normalization", 16, x -> {
            Value mean = onnx.reduce("ReduceMean", onnx.op("Pow", x, number(2)), true, -1);
            Value root = onnx.op("Sqrt", onnx.add(mean, number(1e-6)));
            return onnx.mul(onnx.div(x, root), weights(8));
        });
    }

    private void products() {
        fires(
                "transposed second",
                "fused-matmul",
                8,
                x -> onnx.op("MatMul", x, onnx.transpose(input("z", 2, 5, 8), 0, 2, 1)));
        fires(
                "transposed first",
                "fused-matmul",
                8,
                x -> onnx.op("MatMul", onnx.transpose(x, 0, 2, 1), input("z", 2, 3, 5)));
        fires(
                "outer axis brought in",
                "fused-matmul",
                8,
                x -> onnx.op("MatMul", onnx.transpose(x, 1, 0, 2), input("z", 3, 8, 5)));
        fires(
                "scaled behind",
                "fused-matmul",
                8,
                x -> onnx.mul(onnx.op("MatMul", x, input("z", 2, 8, 5)), number(0.3)));
        fires("divided before", "fused-matmul", 8, x -> onnx.op("MatMul", onnx.div(x, number(3)), input("z", 2, 8, 5)));
        fires(
                "transposed and scaled",
                "fused-matmul",
                8,
                x -> onnx.div(onnx.op("MatMul", x, onnx.transpose(input("z", 2, 5, 8), 0, 2, 1)), number(2.5)));
        stays("scaled by a row", "fused-matmul", x -> onnx.mul(onnx.op("MatMul", x, input("z", 2, 8, 5)), weights(5)));
        stays("product that is read twice", "fused-matmul", x -> {
            Value product = onnx.op("MatMul", x, input("z", 2, 8, 5));
            return onnx.add(onnx.mul(product, number(0.5)), product);
        });
        fires(
                "rows of more axes",
                "matmul-add-to-gemm-of-more-axes",
                8,
                x -> onnx.add(onnx.op("MatMul", x, weights(8, 5)), weights(5)));
        stays(
                "sum of more axes",
                "matmul-add-to-gemm-of-more-axes",
                x -> onnx.add(onnx.op("MatMul", x, weights(8, 5)), input("z", 2, 3, 5)));
        fires(
                "gemm of a transpose",
                "gemm-of-transpose",
                8,
                x -> onnx.op("Gemm", onnx.transpose(input("z", 8, 4), 1, 0), weights(8, 5), weights(5)));
        fires(
                "gemm by a transpose",
                "gemm-by-transpose",
                8,
                x -> onnx.op("Gemm", input("z", 4, 8), onnx.transpose(input("v", 5, 8), 1, 0)));
    }

    private Value fourBits(int block, boolean zeros) {
        long[] w = random.longs(32 * 6, -8, 8).toArray();
        Value q = onnx.constant("q", Tensor.ofIntegers(DataType.INT4, Shape.of(32, 6), w));
        long blocks = 32 / block;
        Value scale = onnx.constant("s", weights(blocks, 6).constant().orElseThrow());
        Attributes attributes = Attributes.of(OnnxOps.AXIS, 0L).with(OnnxOps.BLOCK_SIZE, (long) block);
        Value zero = zeros
                ? onnx.constant(
                        "z",
                        Tensor.ofIntegers(
                                DataType.INT4,
                                Shape.of(blocks, 6),
                                random.longs(blocks * 6, -8, 8).toArray()))
                : Value.ABSENT;
        return onnx.op("DequantizeLinear", attributes, q, scale, zero);
    }

    private void integers() {
        fires("weights of 4 bits", "matmul-nbits", 16, x -> onnx.op("MatMul", input("z", 3, 32), fourBits(16, false)));
        fires(
                "weights of 4 bits with zero points",
                "matmul-nbits",
                16,
                x -> onnx.op("MatMul", input("z", 3, 32), fourBits(16, true)));
        differs(
                "weights of 8 bits",
                "matmul-nbits",
                x -> onnx.op(
                        "MatMul",
                        x,
                        onnx.op("DequantizeLinear", int8(8, 5), number(0.01), onnx.scalar(DataType.INT8, 0))));
        fires("dynamic quantization", "dynamic-quantize-matmul", 8, x -> dynamic(x));
        fires(
                "dynamic quantization with bias",
                "dynamic-quantize-matmul-bias",
                8,
                x -> onnx.add(dynamic(x), weights(5)));
        stays("scale that is not the operand's", "dynamic-quantize-matmul", x -> {
            List<Value> q = onnx.ops("DynamicQuantizeLinear", Attributes.NONE, 3, x);
            Value product = onnx.op("MatMulInteger", q.get(0), int8(8, 5), q.get(2));
            return onnx.mul(onnx.cast(product, DataType.FLOAT32), onnx.mul(number(0.5), number(0.1)));
        });
    }

    private Value int8(long... shape) {
        long[] values = random.longs(Shape.of(shape).elementCount(), -64, 64).toArray();
        return onnx.constant("q", Tensor.ofIntegers(DataType.INT8, Shape.of(shape), values));
    }

    private Value dynamic(Value x) {
        List<Value> q = onnx.ops("DynamicQuantizeLinear", Attributes.NONE, 3, x);
        Value zero = onnx.scalar(DataType.INT8, 0);
        Value product = onnx.op("MatMulInteger", q.get(0), int8(8, 5), q.get(2), zero);
        return onnx.mul(onnx.cast(product, DataType.FLOAT32), onnx.mul(q.get(1), number(0.01)));
    }

    private Value quantized(Value x, double scale, long zero) {
        Value z = onnx.scalar(DataType.UINT8, zero);
        return onnx.op("DequantizeLinear", onnx.op("QuantizeLinear", x, number(scale), z), number(scale), z);
    }

    private Value part(Value x, long from, long to) {
        return onnx.slice(x, new long[] {from}, new long[] {to}, new long[] {1}, new long[] {1});
    }

    private void moves() {
        fires("slices side by side", "slices-to-split", 0, x -> {
            Value y = onnx.op("Neg", x);
            return onnx.concat(1, onnx.op("Exp", part(y, 1, 3)), part(y, 0, 1));
        });
        fires("all elements", "slices-to-split", 0, x -> {
            Value y = onnx.op("Neg", x);
            List<Value> parts = new ArrayList<>();
            for (long i = 0; i < 3; i++) {
                parts.add(onnx.gather(y, onnx.scalar(DataType.INT64, i), 1));
            }
            return onnx.concat(0, parts.toArray(new Value[0]));
        });
        stays("slices with a gap", "slices-to-split", x -> {
            Value y = onnx.op("Neg", x);
            return onnx.concat(1, part(y, 2, 3), part(y, 0, 1));
        });
        fires(
                "maximum of integers",
                "quantized-argmax",
                0,
                x -> onnx.op("ArgMax", Attributes.of(OnnxOps.AXIS, 2L), quantized(x, 0.02, 128)));
        fires(
                "reshape of integers",
                "dequantize-behind-move",
                2,
                x -> onnx.op("Exp", onnx.reshape(quantized(x, 0.02, 128), 6, 8)));
        fires(
                "reshape before integers",
                "quantize-before-move",
                0,
                x -> quantized(onnx.reshape(onnx.op("Exp", x), 6, 8), 0.02, 128));
        fires(
                "bound that quantization has",
                "activation-before-quantize",
                0,
                x -> quantized(onnx.op("Relu", onnx.op("Sin", x)), 0.01, 0));
        stays(
                "bound within the integers",
                "activation-before-quantize",
                x -> quantized(onnx.op("Relu", onnx.op("Sin", x)), 0.01, 1));
        Attributes pads = Attributes.of(OnnxOps.PADS, Ints.of(0, 0));
        stays(
                "pool of another type",
                "dequantize-behind-move",
                x -> onnx.op("MaxPool", pads.with(OnnxOps.KERNEL_SHAPE, Ints.of(2)), x));
    }
}
