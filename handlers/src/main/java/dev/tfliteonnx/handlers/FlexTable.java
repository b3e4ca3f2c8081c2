package dev.tfliteonnx.handlers;

import static dev.tfliteonnx.handlers.Elementwise.binary;
import static dev.tfliteonnx.handlers.Elementwise.unary;
import static dev.tfliteonnx.handlers.OpRow.custom;
import static dev.tfliteonnx.handlers.Types.ANY;
import static dev.tfliteonnx.handlers.Types.BOOLS;
import static dev.tfliteonnx.handlers.Types.FLOATS;
import static dev.tfliteonnx.handlers.Types.INDICES;
import static dev.tfliteonnx.handlers.Types.NUMBERS;

import java.util.List;

/** The rows of TensorFlow operators that a model runs as they are; more become builtin operators in stage 1. */
final class FlexTable {
    static final List<OpRow> ROWS = List.of(
            custom("FlexAdd", NUMBERS, binary("Add"), "Add"),
            custom("FlexAddV2", NUMBERS, binary("Add"), "Add"),
            custom("FlexSub", NUMBERS, binary("Sub"), "Sub"),
            custom("FlexMul", NUMBERS, binary("Mul"), "Mul"),
            custom("FlexRealDiv", FLOATS, binary("Div"), "Div"),
            custom("FlexMaximum", NUMBERS, Elementwise.extreme("Max"), "Max"),
            custom("FlexMinimum", NUMBERS, Elementwise.extreme("Min"), "Min"),
            custom("FlexLess", BOOLS, binary("Less"), "Less"),
            custom("FlexGreater", BOOLS, binary("Greater"), "Greater"),
            custom("FlexAbs", NUMBERS, unary("Abs"), "Abs"),
            custom("FlexNeg", NUMBERS, unary("Neg"), "Neg"),
            custom("FlexSign", NUMBERS, unary("Sign"), "Sign"),
            custom("FlexSigmoid", FLOATS, unary("Sigmoid"), "Sigmoid"),
            custom("FlexTanh", FLOATS, unary("Tanh"), "Tanh"),
            custom("FlexRelu", FLOATS, unary("Relu"), "Relu"),
            custom("FlexSoftplus", FLOATS, unary("Softplus"), "Softplus"),
            custom("FlexExp", FLOATS, unary("Exp"), "Exp"),
            custom("FlexLog", FLOATS, unary("Log"), "Log"),
            custom("FlexSqrt", FLOATS, unary("Sqrt"), "Sqrt"),
            custom("FlexTan", FLOATS, unary("Tan"), "Tan"),
            custom("FlexSinh", FLOATS, unary("Sinh"), "Sinh"),
            custom("FlexCosh", FLOATS, unary("Cosh"), "Cosh"),
            custom("FlexAtan", FLOATS, unary("Atan"), "Atan"),
            custom("FlexErf", FLOATS, unary("Erf"), "Erf"),
            custom("FlexInv", FLOATS, unary("Reciprocal"), "Reciprocal"),
            custom("FlexReciprocal", FLOATS, unary("Reciprocal"), "Reciprocal"),
            custom("FlexIdentity", ANY, unary("Identity"), "Identity"),
            custom("FlexIsNan", BOOLS, unary("IsNaN"), "IsNaN"),
            custom("FlexSelu", FLOATS, unary("Selu"), "Selu"),
            custom("FlexSoftsign", FLOATS, unary("Softsign"), "Softsign"),
            custom("FlexMultinomial", INDICES, RandomNumbers::multinomial, "Multinomial: other numbers"),
            custom(
                    "FlexRandomStandardNormal",
                    FLOATS,
                    RandomNumbers.like("RandomNormal"),
                    "RandomNormal: other numbers"),
            custom("FlexRandomUniform", FLOATS, RandomNumbers.like("RandomUniform"), "RandomUniform: other numbers"),
            custom("FlexMaxPool3D", FLOATS, Volumes.pool3d("MaxPool"), "MaxPool"),
            custom("FlexAvgPool3D", FLOATS, Volumes.pool3d("AveragePool"), "AveragePool"));

    private FlexTable() {}
}
