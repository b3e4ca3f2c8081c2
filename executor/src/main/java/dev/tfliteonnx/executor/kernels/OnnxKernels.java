package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.executor.kernels.KernelTable.Rows;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.util.Arrays;
import java.util.List;

/** The rows of the table for operators of the default ONNX domain, in the forms of opsets 13 to 24. */
final class OnnxKernels {
    private static final Key<Long> TRAINING = Key.ofInt("training_mode");

    private OnnxKernels() {}

    static void rows(Rows rows) {
        rows.all(OnnxKernels::functions)
                .all(OnnxKernels::activations)
                .all(OnnxKernels::arithmetic)
                .all(OnnxKernels::logic)
                .all(OnnxKernels::linear)
                .all(OnnxKernels::normalizations)
                .all(OnnxKernels::reductions)
                .all(OnnxKernels::layout)
                .all(OnnxKernels::selection)
                .all(OnnxKernels::quantized)
                .all(OnnxKernels::generators)
                .all(OnnxKernels::sequences)
                .all(OnnxKernels::others);
    }

    private static void functions(Rows rows) {
        rows.one("Abs", c -> Elementwise.map(c.in(0), Math::abs, Math::abs))
                .one("Neg", c -> Elementwise.map(c.in(0), x -> -x, x -> -x))
                .one("Sign", c -> Elementwise.map(c.in(0), Math::signum, Long::signum))
                .one("Exp", c -> Elementwise.map(c.in(0), Math::exp))
                .one("Log", c -> Elementwise.map(c.in(0), Math::log))
                .one("Sqrt", c -> Elementwise.map(c.in(0), Math::sqrt))
                .one("Reciprocal", c -> Elementwise.map(c.in(0), x -> 1 / x))
                .one("Floor", c -> Elementwise.map(c.in(0), Math::floor))
                .one("Ceil", c -> Elementwise.map(c.in(0), Math::ceil))
                .one("Round", c -> Elementwise.map(c.in(0), Math::rint))
                .one("Erf", c -> Elementwise.map(c.in(0), ErrorFunction::erf))
                .one("Sin", c -> Elementwise.map(c.in(0), Math::sin))
                .one("Cos", c -> Elementwise.map(c.in(0), Math::cos))
                .one("Tan", c -> Elementwise.map(c.in(0), Math::tan))
                .one("Asin", c -> Elementwise.map(c.in(0), Math::asin))
                .one("Acos", c -> Elementwise.map(c.in(0), Math::acos))
                .one("Atan", c -> Elementwise.map(c.in(0), Math::atan))
                .one("Sinh", c -> Elementwise.map(c.in(0), Math::sinh))
                .one("Cosh", c -> Elementwise.map(c.in(0), Math::cosh))
                .one("Tanh", c -> Elementwise.map(c.in(0), Math::tanh))
                .one("Asinh", c -> Elementwise.map(c.in(0), Activations::asinh))
                .one("Acosh", c -> Elementwise.map(c.in(0), Activations::acosh))
                .one("Atanh", c -> Elementwise.map(c.in(0), Activations::atanh))
                .one("Identity", c -> c.in(0))
                .one("Cast", Casting::cast)
                .one("CastLike", Casting::castLike);
    }

    private static void activations(Rows rows) {
        rows.one("Relu", Activations::relu)
                .one("LeakyRelu", Activations::leakyRelu)
                .one("ThresholdedRelu", Activations::thresholdedRelu)
                .one("PRelu", Arithmetic::pRelu)
                .one("Elu", Activations::elu)
                .one("Celu", Activations::celu)
                .one("Selu", Activations::selu)
                .one("Sigmoid", c -> Elementwise.map(c.in(0), Activations::sigmoid))
                .one("HardSigmoid", Activations::hardSigmoid)
                .one("HardSwish", c -> Elementwise.map(c.in(0), Activations::hardSwish))
                .one("Swish", Activations::swish)
                .one("Mish", c -> Elementwise.map(c.in(0), x -> x * Math.tanh(Activations.softplus(x))))
                .one("Softplus", c -> Elementwise.map(c.in(0), Activations::softplus))
                .one("Softsign", c -> Elementwise.map(c.in(0), x -> x / (1 + Math.abs(x))))
                .one("Gelu", Activations::gelu)
                .one("Shrink", Activations::shrink)
                .one("Clip", Arithmetic::clip);
    }

    private static void arithmetic(Rows rows) {
        rows.one("Add", c -> Arithmetic.binary(c, FloatLoops.ADD, Double::sum, Long::sum))
                .one("Sub", c -> Arithmetic.binary(c, FloatLoops.SUB, (a, b) -> a - b, (a, b) -> a - b))
                .one("Mul", c -> Arithmetic.binary(c, FloatLoops.MUL, (a, b) -> a * b, (a, b) -> a * b))
                .one("Div", Arithmetic::div)
                .one("Pow", Arithmetic::pow)
                .one("Mod", Arithmetic::mod)
                .one("Min", Arithmetic::min)
                .one("Max", Arithmetic::max)
                .one("Sum", c -> Arithmetic.fold(c, FloatLoops.ADD, Double::sum, Long::sum))
                .one("Mean", Arithmetic::mean)
                .one("BitShift", Arithmetic::bitShift)
                .one("BitwiseAnd", c -> Arithmetic.binary(c, (a, b) -> Double.NaN, (a, b) -> a & b))
                .one("BitwiseOr", c -> Arithmetic.binary(c, (a, b) -> Double.NaN, (a, b) -> a | b))
                .one("BitwiseXor", c -> Arithmetic.binary(c, (a, b) -> Double.NaN, (a, b) -> a ^ b))
                .one("BitwiseNot", c -> Elementwise.map(c.in(0), x -> Double.NaN, x -> ~x));
    }

    private static void logic(Rows rows) {
        rows.one("And", c -> Elementwise.whole(c.in(0), c.in(1), DataType.BOOL, (a, b) -> a & b))
                .one("Or", c -> Elementwise.whole(c.in(0), c.in(1), DataType.BOOL, (a, b) -> a | b))
                .one("Xor", c -> Elementwise.whole(c.in(0), c.in(1), DataType.BOOL, (a, b) -> a ^ b))
                .one("Not", c -> Elementwise.test(c.in(0), x -> x == 0))
                .one("Equal", c -> Elementwise.compare(c.in(0), c.in(1), (a, b) -> a == b, (a, b) -> a == b))
                .one("Greater", c -> Elementwise.compare(c.in(0), c.in(1), (a, b) -> a > b, (a, b) -> a > b))
                .one("GreaterOrEqual", c -> Elementwise.compare(c.in(0), c.in(1), (a, b) -> a >= b, (a, b) -> a >= b))
                .one("Less", c -> Elementwise.compare(c.in(0), c.in(1), (a, b) -> a < b, (a, b) -> a < b))
                .one("LessOrEqual", c -> Elementwise.compare(c.in(0), c.in(1), (a, b) -> a <= b, (a, b) -> a <= b))
                .one("Where", Arithmetic::where)
                .one("IsNaN", c -> Elementwise.test(c.in(0), Double::isNaN))
                .one("IsInf", Activations::isInf);
    }

    private static void linear(Rows rows) {
        rows.one("Conv", Convolutions::conv)
                .one("ConvTranspose", Convolutions::convTranspose)
                .one("MatMul", MatrixOps::matMul)
                .one("Gemm", MatrixOps::gemm)
                .one("Det", MatrixOps::det)
                .one("Einsum", EinsteinSums::einsum)
                .many("Attention", Attentions::attention)
                .one("RotaryEmbedding", Attentions::rotary)
                .many("MaxPool", Pooling::maxPool)
                .one("AveragePool", Pooling::averagePool)
                .one("LpPool", Pooling::lpPool)
                .one("GlobalAveragePool", c -> Pooling.global(c, Reductions.Kind.MEAN))
                .one("GlobalMaxPool", c -> Pooling.global(c, Reductions.Kind.MAX))
                .one("MaxUnpool", Pooling::maxUnpool)
                .many("RNN", c -> Recurrent.run(c, Recurrent.Kind.RNN))
                .many("GRU", c -> Recurrent.run(c, Recurrent.Kind.GRU))
                .many("LSTM", c -> Recurrent.run(c, Recurrent.Kind.LSTM))
                .one("DFT", Spectra::dft)
                .one("STFT", Spectra::stft);
    }

    private static void normalizations(Rows rows) {
        rows.many("BatchNormalization", Normalizations::batch)
                .one("InstanceNormalization", Normalizations::instance)
                .one("GroupNormalization", Normalizations::group)
                .many("LayerNormalization", Normalizations::layer)
                .one("RMSNormalization", Normalizations::rootMeanSquare)
                .one("LRN", Normalizations::localResponse)
                .one("LpNormalization", Normalizations::lp)
                .one("MeanVarianceNormalization", Normalizations::meanVariance)
                .one("Softmax", c -> Softmaxes.along(c, Softmaxes.Kind.SOFTMAX))
                .one("LogSoftmax", c -> Softmaxes.along(c, Softmaxes.Kind.LOG_SOFTMAX))
                .one("Hardmax", c -> Softmaxes.along(c, Softmaxes.Kind.HARDMAX))
                .one("NegativeLogLikelihoodLoss", Softmaxes::negativeLogLikelihood)
                .many("SoftmaxCrossEntropyLoss", Softmaxes::crossEntropy);
    }

    private static void reductions(Rows rows) {
        rows.one("ReduceSum", c -> Reductions.reduce(c, Reductions.Kind.SUM))
                .one("ReduceMean", c -> Reductions.reduce(c, Reductions.Kind.MEAN))
                .one("ReduceMax", c -> Reductions.reduce(c, Reductions.Kind.MAX))
                .one("ReduceMin", c -> Reductions.reduce(c, Reductions.Kind.MIN))
                .one("ReduceProd", c -> Reductions.reduce(c, Reductions.Kind.PROD))
                .one("ReduceL1", c -> Reductions.reduce(c, Reductions.Kind.L1))
                .one("ReduceL2", c -> Reductions.reduce(c, Reductions.Kind.L2))
                .one("ReduceSumSquare", c -> Reductions.reduce(c, Reductions.Kind.SUM_SQUARE))
                .one("ReduceLogSum", c -> Reductions.reduce(c, Reductions.Kind.LOG_SUM))
                .one("ReduceLogSumExp", c -> Reductions.reduce(c, Reductions.Kind.LOG_SUM_EXP))
                .one("ArgMax", c -> Reductions.arg(c, true))
                .one("ArgMin", c -> Reductions.arg(c, false))
                .one("CumSum", Reductions::cumSum);
    }

    private static void layout(Rows rows) {
        rows.one("Reshape", Layout::reshape)
                .one("Flatten", Layout::flatten)
                .one("Squeeze", Layout::squeeze)
                .one("Unsqueeze", Layout::unsqueeze)
                .one("Transpose", Layout::transpose)
                .one("Expand", Layout::expand)
                .one("Tile", Layout::tile)
                .one("Shape", Layout::shape)
                .one("Size", Layout::size)
                .one("DepthToSpace", Layout::depthToSpace)
                .one("SpaceToDepth", Layout::spaceToDepth)
                .one("Resize", Resizing::resize)
                .one("Upsample", Resizing::upsample)
                .one("GridSample", Sampling::gridSample)
                .one("RoiAlign", Sampling::roiAlign);
    }

    private static void selection(Rows rows) {
        rows.one("Slice", Slicing::slice)
                .many("Split", Slicing::split)
                .one("Concat", Slicing::concat)
                .one("Pad", Slicing::pad)
                .one("Trilu", Slicing::trilu)
                .one("ReverseSequence", Slicing::reverseSequence)
                .one("Compress", Slicing::compress)
                .one("NonZero", Slicing::nonZero)
                .one("Gather", Gathering::gather)
                .one("GatherElements", Gathering::gatherElements)
                .one("GatherND", Gathering::gatherNd)
                .one("ScatterElements", Gathering::scatterElements)
                .one("Scatter", Gathering::scatterElements)
                .one("ScatterND", Gathering::scatterNd)
                .one("OneHot", Gathering::oneHot)
                .many("TopK", Sorting::topK)
                .many("Unique", Sorting::unique)
                .one("NonMaxSuppression", Detection::nonMaxSuppression);
    }

    private static void quantized(Rows rows) {
        rows.one("QuantizeLinear", Quantization::quantize)
                .one("DequantizeLinear", Quantization::dequantize)
                .many("DynamicQuantizeLinear", Quantization::dynamic)
                .one("ConvInteger", Convolutions::convInteger)
                .one("QLinearConv", Convolutions::qLinearConv)
                .one("MatMulInteger", MatrixOps::matMulInteger)
                .one("QLinearMatMul", MatrixOps::qLinearMatMul);
    }

    private static void generators(Rows rows) {
        rows.one("Constant", Generators::constant)
                .one("ConstantOfShape", Generators::constantOfShape)
                .one("Range", Generators::range)
                .one("EyeLike", Generators::eyeLike)
                .one("HannWindow", c -> Generators.window(c, 0.5, 0.5, 0))
                .one("HammingWindow", c -> Generators.window(c, 25 / 46.0, 21 / 46.0, 0))
                .one("BlackmanWindow", c -> Generators.window(c, 0.42, 0.5, 0.08))
                .one("MelWeightMatrix", Generators::melWeightMatrix);
    }

    private static void sequences(Rows rows) {
        rows.one("SequenceConstruct", Sequences::construct)
                .one("SequenceEmpty", Sequences::empty)
                .one("SequenceInsert", Sequences::insert)
                .one("SequenceErase", Sequences::erase)
                .one("SequenceAt", Sequences::at)
                .one("SequenceLength", Sequences::length)
                .many("SequenceMap", Sequences::map)
                .one("SplitToSequence", Sequences::split)
                .one("ConcatFromSequence", Sequences::concat)
                .one("Optional", Sequences::optional)
                .one("OptionalGetElement", Sequences::get)
                .one("OptionalHasElement", Sequences::has);
    }

    private static void others(Rows rows) {
        rows.many("If", ControlFlow::branch)
                .many("Loop", ControlFlow::loop)
                .many("Scan", ControlFlow::scan)
                .many("Dropout", OnnxKernels::dropout);
    }

    /** Dropout: nothing is dropped; refuses to drop at random, as training would. Source: Dropout-22. */
    private static List<Array> dropout(Call call) {
        Array x = call.in(0);
        boolean training = call.option(TRAINING)
                .map(v -> v != 0)
                .orElse(call.has(2) && call.in(2).isTrue());
        if (training && call.optional(1).map(Array::real).orElse(0.5) != 0) {
            throw new IllegalArgumentException("dropout at random");
        }
        byte[] kept = new byte[x.size()];
        Arrays.fill(kept, (byte) 1);
        return List.of(x, Array.ofBooleans(x.dims(), kept));
    }
}
