package dev.tfliteonnx.handlers;

import static dev.tfliteonnx.handlers.Elementwise.unary;
import static dev.tfliteonnx.handlers.OpRow.custom;
import static dev.tfliteonnx.handlers.OpRow.row;
import static dev.tfliteonnx.handlers.Types.ANY;
import static dev.tfliteonnx.handlers.Types.FLOATS;
import static dev.tfliteonnx.handlers.Types.FLOATS_AND_DOUBLE;
import static dev.tfliteonnx.handlers.Types.INDICES;
import static dev.tfliteonnx.handlers.Types.NUMBERS;
import static dev.tfliteonnx.handlers.Types.QUANTIZABLE;
import static dev.tfliteonnx.handlers.Types.SHORTS;
import static dev.tfliteonnx.handlers.Types.SIGNALS;
import static dev.tfliteonnx.handlers.Types.WORDS;

import java.util.List;

/** The rows of the custom operators. */
final class CustomTable {
    static final List<OpRow> ROWS = List.of(
            row("VARIABLE_TENSOR", ANY, (op, onnx) -> List.of(op.declareState()), "a graph input and a graph output"),
            custom("Convolution2DTransposeBias", FLOATS, Convolutions::convolution2dTransposeBias, "ConvTranspose"),
            custom("Mfcc", FLOATS, AudioFeatures::mfcc, "Sqrt, MatMul, Log, MatMul"),
            custom("AudioSpectrogram", FLOATS, AudioFeatures::spectrogram, "Gather of windows, DFT"),
            custom("NumericVerify", FLOATS, SmallCustomOps::numericVerify, "Sub"),
            custom("aeq.hadamard_rotation", FLOATS, SmallCustomOps::hadamardRotation, "MatMul"),
            custom("Roll", ANY, Reversals::roll, "Slice, Concat"),
            custom("AvgPool3D", QUANTIZABLE, Volumes.pool3d("AveragePool"), "AveragePool"),
            custom("MaxPool3D", QUANTIZABLE, Volumes.pool3d("MaxPool"), "MaxPool"),
            custom("Table", ANY, SmallCustomOps::table, "Gather on stored integers"),
            custom("Atan2", FLOATS_AND_DOUBLE, RealMath::atan2, "Atan of the quotient, by quadrant"),
            custom("Sign", NUMBERS, unary("Sign"), "Sign"),
            custom("RandomStandardNormal", FLOATS, RandomNumbers.like("RandomNormal"), "RandomNormal: other numbers"),
            custom("RandomUniform", FLOATS, RandomNumbers.like("RandomUniform"), "RandomUniform: other numbers"),
            custom("Multinomial", INDICES, RandomNumbers::multinomial, "Multinomial: other numbers"),
            custom("TFLite_Detection_PostProcess", FLOATS, DetectionPostProcess::lower, "NonMaxSuppression, TopK"),
            custom("MaxPoolingWithArgmax2D", FLOATS, Unpooling::maxPoolingWithArgmax2d, "MaxPool with indices"),
            custom("MaxUnpooling2D", FLOATS, Unpooling::maxUnpooling2d, "MaxUnpool; Equal, Where; or ScatterElements"),
            custom("LiteRtMaxUnpooling2D", FLOATS, Unpooling::maxUnpooling2d, "ScatterElements"),
            custom("TransformTensorBilinear", FLOATS, Warping::transformTensorBilinear, "MatMul, GridSample"),
            custom("Resampler", FLOATS, Warping::resampler, "GridSample"),
            custom("TransformLandmarks", FLOATS, Landmarks::transformLandmarks, "MatMul, Add"),
            custom("Landmarks2TransformMatrix", FLOATS, Landmarks::toTransformMatrix, "MatMul, ReduceMax, ReduceMin"),
            custom("SignalWindow", SHORTS, SignalSpectra::window, "Mul, a shift, Clip"),
            custom("SignalFftAutoScale", SHORTS, SignalSpectra::autoScale, "ReduceMax of Abs, Mul"),
            custom("SignalRfft", SIGNALS, SignalSpectra::rfft, "the stages of kissfft in integers; MatMul of floats"),
            custom("SignalIrfft", SIGNALS, SignalSpectra::irfft, "the stages of kissfft in integers; MatMul of floats"),
            custom("SignalEnergy", WORDS, SignalSpectra::energy, "Mul, ReduceSum"),
            custom("SignalFilterBank", ANY, SignalFilterBanks::filterBank, "MatMul of int64"),
            custom("SignalFilterBankSquareRoot", WORDS, SignalFilterBanks::squareRoot, "Sqrt, put right in int64"),
            custom(
                    "SignalFilterBankSpectralSubtraction",
                    WORDS,
                    SignalFilterBanks::spectralSubtraction,
                    "Mul, Add, Max; the noise is a graph input and a graph output"),
            custom("SignalPCAN", WORDS, SignalFilterBanks::pcan, "Gather of parabolas, Mul"),
            custom("SignalFilterBankLog", SHORTS, SignalFilterBanks::log, "Gather of a table, Mul"),
            custom("SignalFramer", SHORTS, SignalFrames::framer, "Gather; a graph input and a graph output"),
            custom("SignalDelay", SHORTS, SignalFrames::delay, "Slice; a graph input and a graph output"),
            custom("SignalOverlapAdd", SIGNALS, SignalFrames::overlapAdd, "Add; a graph input and a graph output"),
            custom("SignalStacker", SHORTS, SignalFrames::stacker, "Concat; graph inputs and graph outputs"));

    private CustomTable() {}
}
