package dev.tfliteonnx;

import java.util.Set;

/** Handled operators that the cases do not try by themselves. */
final class UntestedOps {
    static final Set<String> NAMES = Set.of(
            // custom operators that the real engine has no kernels for; OtherCustomOpsTest and MediaPipeOpsTest have
            // them
            "Atan2",
            "AvgPool3D",
            "MaxPool3D",
            "Roll",
            "Sign",
            "Table",
            "Multinomial",
            "RandomStandardNormal",
            "RandomUniform",
            "Convolution2DTransposeBias",
            "Landmarks2TransformMatrix",
            "LiteRtMaxUnpooling2D",
            "MaxPoolingWithArgmax2D",
            "MaxUnpooling2D",
            "Resampler",
            "TransformLandmarks",
            "TransformTensorBilinear",
            // SignalOpsTest has the numbers of their sources
            "SignalDelay",
            "SignalEnergy",
            "SignalFftAutoScale",
            "SignalFilterBank",
            "SignalFilterBankLog",
            "SignalFilterBankSpectralSubtraction",
            "SignalFilterBankSquareRoot",
            "SignalFramer",
            "SignalIrfft",
            "SignalOverlapAdd",
            "SignalPCAN",
            "SignalRfft",
            "SignalStacker",
            "SignalWindow",
            // ProgramsTest has the first, FlexOpsTest the others
            "FlexAtan",
            "FlexAvgPool3D",
            "FlexErf",
            "FlexIdentity",
            "FlexInv",
            "FlexIsNan",
            "FlexMaxPool3D",
            "FlexReciprocal",
            "FlexSelu",
            "FlexSoftsign",
            "FlexAbs",
            "FlexAdd",
            "FlexAddV2",
            "FlexCosh",
            "FlexExp",
            "FlexGreater",
            "FlexLess",
            "FlexLog",
            "FlexMaximum",
            "FlexMinimum",
            "FlexMul",
            "FlexNeg",
            "FlexRealDiv",
            "FlexRelu",
            "FlexSigmoid",
            "FlexSign",
            "FlexSinh",
            "FlexSoftplus",
            "FlexSqrt",
            "FlexSub",
            "FlexTan",
            "FlexTanh");

    private UntestedOps() {}
}
