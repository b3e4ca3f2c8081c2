package dev.tfliteonnx;

import dev.tfliteonnx.handlers.Lowering;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Signature;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is told of the source in the metadata of the result. */
final class Metadata {
    private Metadata() {}

    static Map<String, String> of(
            Model source, List<Lowering.State> states, Optional<Signature> signature, Bytes bytes) {
        Map<String, String> metadata = new LinkedHashMap<>(source.metadata());
        metadata.put("tflite.sha256", sha256(bytes));
        signature.ifPresent(s -> metadata.put("tflite.signature", s.key()));
        for (Lowering.State state : states) {
            metadata.put("tflite.state." + state.input().name(), state.output().name());
        }
        return metadata;
    }

    private static String sha256(Bytes bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long at = 0; at < bytes.size(); ) {
                int n = (int) Math.min(1 << 20, bytes.size() - at);
                ByteBuffer part = bytes.view(at, n);
                digest.update(part);
                at += n;
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
