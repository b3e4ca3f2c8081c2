package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The digest is that of all bytes, whichever thread computes it. */
final class SourceDigestTest {
    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1 << 16, (1 << 19) - 1, 1 << 19, (3 << 20) + 1})
    void isThatOfAllBytes(int size) throws ConversionException, NoSuchAlgorithmException {
        byte[] bytes = random(size);
        String expected =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        try (SourceDigest digest = SourceDigest.of(Bytes.of(bytes, "random"))) {
            assertEquals(expected, digest.hex());
            assertEquals(expected, digest.hex(), "asked again");
        }
    }

    @Test
    void anInterruptEndsTheConversion() {
        try (SourceDigest digest = SourceDigest.of(Bytes.of(random(100), "random"))) {
            Thread.currentThread().interrupt();
            ConversionException e = assertThrows(ConversionException.class, digest::hex);
            assertEquals(DiagnosticCode.INPUT_FAILED, e.diagnostics().get(0).code());
        } finally {
            assertTrue(Thread.interrupted(), "whoever called is told, too");
        }
    }
}
