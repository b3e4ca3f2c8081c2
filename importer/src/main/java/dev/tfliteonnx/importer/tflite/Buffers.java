package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.tflite.Buffer;
import dev.tfliteonnx.formats.tflite.ExternalBuffer;
import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.importer.SideFiles;
import dev.tfliteonnx.ir.Bytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of constants, in the three places where they may stand: in the FlatBuffer, behind it in the same file, or in
 * another file of the model's folder. Nothing is copied.
 */
final class Buffers {
    /** Offsets up to this one mean that there is none; 1 is what a writer puts before it knows better. */
    private static final long NO_OFFSET = 1;

    private final ModelFile file;
    private final Model model;
    private final Optional<Path> folder;
    private final Map<Long, ExternalBuffer> externals = new HashMap<>();
    private final Map<Long, Bytes> groups = new HashMap<>();
    private final Map<Long, Diagnostic> missingGroups = new HashMap<>();
    private long bytesMapped;

    Buffers(ModelFile file, Model model, Optional<Path> folder) {
        this.file = file;
        this.model = model;
        this.folder = folder;
        this.bytesMapped = file.bytes().size();
        for (int i = 0; i < model.externalBuffersLength(); i++) {
            ExternalBuffer external = model.externalBuffers(i);
            externals.putIfAbsent(external.id(), external);
        }
    }

    /** Bytes of the model and of all files beside it that were looked at. */
    long bytesMapped() {
        return bytesMapped;
    }

    /** The bytes of a buffer of the model; empty if it has none, as the buffer 0. */
    Optional<Bytes> buffer(long index, Where where) throws ConversionException {
        if (index == 0) {
            return Optional.empty();
        }
        if (index >= model.buffersLength()) {
            throw broken(where, "buffer " + index + " does not exist, there are " + model.buffersLength());
        }
        Buffer buffer = model.buffers((int) index);
        String what = "buffer " + index;
        ByteBuffer data = buffer.dataAsByteBuffer();
        if (data != null && data.hasRemaining()) {
            return inline(data, what);
        }
        return behind(buffer.offset(), buffer.size(), what, where);
    }

    /** A vector of bytes as an accessor gives it; empty if it is absent or has no elements. */
    Optional<Bytes> inline(@Nullable ByteBuffer vector, String what) {
        return vector == null || !vector.hasRemaining()
                ? Optional.empty()
                : Optional.of(file.bytes().slice(vector.position(), vector.remaining(), what));
    }

    /** Bytes that are given by their place in the file; empty if they are not. */
    Optional<Bytes> behind(long offset, long size, String what, Where where) throws ConversionException {
        if (offset >= 0 && offset <= NO_OFFSET) {
            return Optional.empty();
        }
        requireInside(offset, size, file.bytes(), what, where);
        return size == 0 ? Optional.empty() : Optional.of(file.bytes().slice(offset, size, what));
    }

    /** The bytes of an external buffer. */
    Bytes external(long id, Where where) throws ConversionException {
        ExternalBuffer external = externals.get(id);
        if (external == null) {
            throw broken(where, "external buffer " + id + " does not exist");
        }
        String packing = Vectors.text(external.packingAsByteBuffer());
        if (!packing.isEmpty()) {
            throw new ConversionException(
                    DiagnosticCode.UNSUPPORTED_OPTION,
                    where,
                    "external buffer " + id + " is packed as \"" + Problems.clip(packing) + "\", for one accelerator",
                    "export the model without packing its weights");
        }
        Bytes group = group(external.group(), where);
        requireInside(external.offset(), external.length(), group, "external buffer " + id, where);
        return group.slice(external.offset(), external.length(), "external buffer " + id);
    }

    private Bytes group(long index, Where where) throws ConversionException {
        Bytes known = groups.get(index);
        if (known != null) {
            return known;
        }
        if (index >= model.externalBufferGroupsLength()) {
            throw broken(where, "external buffer group " + index + " does not exist");
        }
        Diagnostic why = missingGroups.get(index);
        if (why != null) {
            throw new ConversionException(why.code(), where, why.reason(), why.remedy());
        }
        String name = Vectors.text(model.externalBufferGroups((int) index).nameAsByteBuffer());
        try {
            Bytes bytes = SideFiles.map(folder, name, where);
            bytesMapped += bytes.size();
            groups.put(index, bytes);
            return bytes;
        } catch (ConversionException e) {
            missingGroups.put(index, e.diagnostics().get(0));
            throw e;
        }
    }

    private static void requireInside(long offset, long size, Bytes in, String what, Where where)
            throws ConversionException {
        if (offset < 0 || size < 0 || offset > in.size() || size > in.size() - offset) {
            throw broken(
                    where,
                    what + " is said to be " + Long.toUnsignedString(size) + " bytes from byte "
                            + Long.toUnsignedString(offset) + " on, but there are " + in.size());
        }
    }

    private static ConversionException broken(Where where, String reason) {
        return new ConversionException(
                DiagnosticCode.BROKEN_FILE, where, reason, "fetch the file again from its source");
    }
}
