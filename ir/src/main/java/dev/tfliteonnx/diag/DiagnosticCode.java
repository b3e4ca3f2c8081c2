package dev.tfliteonnx.diag;

import java.util.Arrays;
import java.util.Optional;

/**
 * Every kind of problem that is told to a user, with its fixed code. TFO1… is about the file, TFO2… about what a model
 * needs and ONNX or this program lacks, TFO3… about results that are not exact, TFO4… about options, TFO5… about output.
 */
public enum DiagnosticCode {
    NOT_A_MODEL(
            "TFO1001",
            Severity.ERROR,
            "the file is not a TFLite model",
            "A .tflite file carries the letters TFL3 at byte 4. Downloads that ended as a web page, a Git LFS pointer, an"
                    + " archive or another format do not."),
    BROKEN_FILE(
            "TFO1002",
            Severity.ERROR,
            "the file is truncated or corrupt",
            "An offset, a length or an index in the file points outside of what is there. Compare the file's size and"
                    + " checksum with those of its source and fetch it again."),
    LIMIT_EXCEEDED(
            "TFO1003",
            Severity.ERROR,
            "the file exceeds a limit",
            "Limits keep a hostile file from using up time and memory. They lie far above every model seen."),
    UNSUPPORTED_VERSION(
            "TFO1004",
            Severity.ERROR,
            "the schema version of the file is not known",
            "All current files carry version 3; older ones have another layout."),
    MISSING_DATA(
            "TFO1005",
            Severity.ERROR,
            "weights that the file refers to are missing",
            "Weights may stand in a file beside the model. It must lie in the model's folder under the name that the model"
                    + " gives it."),
    INVALID_MODEL(
            "TFO1006",
            Severity.ERROR,
            "the model contradicts itself",
            "The file can be read, but what it says cannot be: an operator lacks an operand, a shape does not fit its data,"
                    + " quantization does not fit its tensor."),
    BAD_METADATA(
            "TFO1007",
            Severity.WARNING,
            "the metadata cannot be read",
            "The model itself converts without it; labels, normalization and descriptions are left out."),
    NO_ONNX_FORM(
            "TFO2001",
            Severity.ERROR,
            "the operator has no form in standard ONNX",
            "No composition of standard ONNX operators computes what this one does."),
    NOT_HANDLED(
            "TFO2002",
            Severity.ERROR,
            "the operator is not handled yet",
            "The operator could be expressed in ONNX, but this version has no handler for it."),
    UNSUPPORTED_OPTION(
            "TFO2003",
            Severity.ERROR,
            "an option of the operator cannot be expressed",
            "The operator is handled, but not with this value of an option."),
    UNSUPPORTED_TYPE(
            "TFO2004",
            Severity.ERROR,
            "the operator is not handled for this type",
            "The operator is handled, but not for tensors of this element type."),
    OPERAND_NOT_CONSTANT(
            "TFO2005",
            Severity.ERROR,
            "an operand must be a constant",
            "ONNX fixes at conversion what TFLite would read from a tensor when the model runs."),
    UNKNOWN_CUSTOM_OP(
            "TFO2006",
            Severity.ERROR,
            "the custom operator is not known",
            "Custom operators are code of the application that the model was made for; the file holds only their names and"
                    + " options."),
    SELECT_TF_OP(
            "TFO2007",
            Severity.ERROR,
            "the operator is a TensorFlow operator",
            "Operators whose names begin with Flex run in a TensorFlow that is linked to the application."),
    COMPILED_MODEL(
            "TFO2008",
            Severity.ERROR,
            "the model is compiled for an accelerator",
            "The graph and the weights are inside a binary that only the accelerator reads. Use the file from before"
                    + " compilation; for the Edge TPU it has the same name without _edgetpu."),
    UNKNOWN_SHAPE(
            "TFO2009",
            Severity.ERROR,
            "a shape must be known at conversion",
            "The ONNX form depends on a rank or an extent that the file leaves open."),
    UNKNOWN_OPERATOR(
            "TFO2010",
            Severity.ERROR,
            "the operator number is not known",
            "The file was made by a newer converter than this version knows."),
    NO_EXACT_FORM(
            "TFO2011",
            Severity.ERROR,
            "the operator has no exact form in integers",
            "With --quant integer results equal those of TFLite's reference kernels bit for bit, or there are none."),
    NOT_EXACT(
            "TFO3001",
            Severity.NOTE,
            "the result is close but not equal",
            "ONNX computes this in a slightly different way than TFLite's kernels do."),
    IGNORED(
            "TFO3002",
            Severity.NOTE,
            "something in the file has no effect on the result",
            "It is named so that nothing is lost in silence."),
    KEPT_CUSTOM_OP(
            "TFO3003",
            Severity.NOTE,
            "a custom operator is kept",
            "The result has an operator of a domain of its own. A runtime loads the model only if it is given a kernel for"
                    + " it."),
    EXPECTED_ERROR(
            "TFO3004",
            Severity.NOTE,
            "the result computes in float32 what TFLite rounds",
            "Every rounding to 8 bits adds noise of a third of a step. The estimate takes numbers to use a quarter of their"
                    + " range, and noise to add up over all roundings of the model."),
    SIGNATURE_LEFT_OUT(
            "TFO3005",
            Severity.WARNING,
            "a signature of the model is not converted",
            "A model with several signatures becomes one model each. This one cannot be converted; asked for by name it"
                    + " is refused with every reason."),
    BAD_OPTION(
            "TFO4001",
            Severity.ERROR,
            "an option of the conversion cannot be met",
            "The option names something that the model does not have, or contradicts another option."),
    CHECK_IMPOSSIBLE(
            "TFO4003",
            Severity.ERROR,
            "the conversion cannot be checked",
            "One of the two models cannot be run by the engine that is at hand, or their inputs and outputs do not"
                    + " correspond to each other."),
    OPSET_TOO_LOW(
            "TFO4002",
            Severity.ERROR,
            "the model needs a higher opset",
            "Operators or element types of the result came with a later version of ONNX than was asked for."),
    PARTLY_APPLIED(
            "TFO4004",
            Severity.NOTE,
            "an option does not apply to all of the model",
            "What it asks for cannot be done there without changing numbers."),
    ONE_BY_ONE(
            "TFO4006",
            Severity.NOTE,
            "an operator runs once for each example of the batch",
            "It does not keep examples apart by itself. The result is a loop, which is right but slower than one run on all"
                    + " of them."),
    TARGET_LIMIT(
            "TFO4005",
            Severity.NOTE,
            "the target cannot take all of the model",
            "ONNX Runtime gives what an accelerator does not take to its CPU kernels. Data that goes to and fro costs time."),
    OUTPUT_EXISTS(
            "TFO5001", Severity.ERROR, "the output file exists", "Nothing is overwritten unless --force is given."),
    OUTPUT_FAILED(
            "TFO5002", Severity.ERROR, "the output cannot be written", "No part of the output file was left behind."),
    INPUT_FAILED("TFO5003", Severity.ERROR, "the input cannot be read", "The operating system gives the reason."),
    TOO_LARGE(
            "TFO5004",
            Severity.ERROR,
            "the result is too large for its format",
            "An ONNX file must stay below 2 GiB; weights can stand in a file beside it.");

    private final String code;
    private final Severity severity;
    private final String title;
    private final String explanation;

    DiagnosticCode(String code, Severity severity, String title, String explanation) {
        this.code = code;
        this.severity = severity;
        this.title = title;
        this.explanation = explanation;
    }

    /** The code with that number. */
    public static Optional<DiagnosticCode> of(String code) {
        return Arrays.stream(values())
                .filter(c -> c.code.equalsIgnoreCase(code))
                .findFirst();
    }

    /** TFO and four digits. */
    public String code() {
        return code;
    }

    /** How much it matters. */
    public Severity severity() {
        return severity;
    }

    /** One line that says what is wrong. */
    public String title() {
        return title;
    }

    /** What it means and what is behind it. */
    public String explanation() {
        return explanation;
    }
}
