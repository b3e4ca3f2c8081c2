package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.ir.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Files that are taken for TFLite models and are something else, told by how they begin. */
final class Foreign {
    private static final String FETCH_AGAIN = "download the file itself; links to a web page of it often end in /blob/";

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    0,
                    "PK\3\4",
                    "a zip archive, as .task bundles are",
                    "unpack it and convert the .tflite files in it"),
            new Kind(0, "PK\5\6", "an empty zip archive", ""),
            new Kind(0, "LITERTLM", "a LiteRT-LM bundle", "extract the model section from it"),
            new Kind(0, "version https://git-lfs", "a Git LFS pointer, not the file", "run git lfs pull"),
            new Kind(4, "ORTM", "an ONNX Runtime model (.ort)", "convert the .tflite file that it was made from"),
            new Kind(0, "\u001f\u008b", "compressed by gzip", "unpack it first"),
            new Kind(0, "GGUF", "a GGUF model", "convert the .tflite file of the same model, if there is one"),
            new Kind(0, "\u0089HDF", "a Keras model (HDF5)", "convert it to .tflite by TensorFlow first"),
            new Kind(4, "TFL2", "a TFLite model of an old version", "convert it again by a current TensorFlow"),
            new Kind(4, "TFL1", "a TFLite model of an old version", "convert it again by a current TensorFlow"),
            new Kind(257, "ustar", "a tar archive", "unpack it and convert the .tflite file in it"));

    private Foreign() {}

    private record Kind(int at, String letters, String what, String remedy) {}

    /** Refuses bytes that do not carry the letters {@code TFL3} at byte 4, saying what they seem to be. */
    static void refuse(ModelFile file) throws ConversionException {
        Bytes bytes = file.bytes();
        String start = new String(bytes.toArray(0, (int) Math.min(512, bytes.size())), StandardCharsets.ISO_8859_1);
        if (start.startsWith("TFL3", 4)) {
            return;
        }
        Kind kind = KINDS.stream()
                .filter(k -> start.startsWith(k.letters(), k.at()))
                .findFirst()
                .orElseGet(() -> guess(start));
        String reason = kind.what().startsWith("it ") ? kind.what() : "it is " + kind.what();
        throw new ConversionException(DiagnosticCode.NOT_A_MODEL, Where.file(file.name()), reason, kind.remedy());
    }

    private static Kind guess(String start) {
        String text = start.strip().toLowerCase(Locale.ROOT);
        if (start.isEmpty()) {
            return new Kind(0, "", "empty", "fetch it again");
        }
        if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
            return new Kind(0, "", "a web page", FETCH_AGAIN);
        }
        if (looksLikeOnnx(start)) {
            return new Kind(0, "", "an ONNX model, it seems", "nothing needs to be converted");
        }
        if (start.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t')
                && start.chars().allMatch(c -> c < 0x7f)) {
            return new Kind(0, "", "a text", FETCH_AGAIN);
        }
        if (start.length() < 8) {
            return new Kind(0, "", "only " + start.length() + " bytes long", "fetch it again");
        }
        return new Kind(
                0, "", "it lacks the letters TFL3 at byte 4", "check that it is a .tflite file and fetch it again");
    }

    /** A protobuf whose field 1 is a small number, as {@code ir_version}, and that goes on with a name or a graph. */
    private static boolean looksLikeOnnx(String start) {
        return start.length() > 3
                && start.charAt(0) == 8
                && start.charAt(1) > 0
                && start.charAt(1) < 32
                && List.of('\u0012', '\u001a', ':', 'B').contains(start.charAt(2));
    }
}
