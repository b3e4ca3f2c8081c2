package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.ir.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The files in the zip archive that may stand behind a model: labels, vocabularies. They are found through the archive's
 * directory; what is stored is sliced, what is deflated is unpacked when it is asked for.
 *
 * <p>An archive is refused whole if it breaks a limit or is odd: more than {@value #MAX_FILES} files, two of one name, a
 * name that leads upwards or is absolute, a link, encryption. A file is refused when it unpacks to more than {@value
 * #MAX_BYTES} bytes, or to more than {@value #MAX_RATIO} times what it takes up and a little more; the bytes are counted
 * as they come.
 *
 * <p>Source: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
 */
public final class MetadataFiles {
    /** The most files in an archive. */
    public static final int MAX_FILES = 1_000;

    /** The most bytes of one file. */
    public static final int MAX_BYTES = 64 << 20;

    /** The most bytes of all files together. */
    public static final int MAX_TOTAL = 256 << 20;

    /** How many times larger than packed a file may be. */
    public static final int MAX_RATIO = 200;

    private static final int END = 0x06054b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_SIZE = 22;
    private static final int CENTRAL_SIZE = 46;
    private static final int LOCAL_SIZE = 30;
    private static final int MAX_COMMENT = 0xffff;
    private static final int UNIX_LINK = 0xa;
    private static final int FREE_BYTES = 1 << 20;

    private final Bytes model;
    private final Map<String, Entry> entries;

    private record Entry(String name, int method, long crc, long packed, long unpacked, long at) {}

    private MetadataFiles(Bytes model, Map<String, Entry> entries) {
        this.model = model;
        this.entries = entries;
    }

    /**
     * The files behind a model; none if no archive is there.
     *
     * @param model the whole model file
     * @throws ZipException if there is an archive that is broken or breaks a limit
     */
    public static MetadataFiles in(Bytes model) throws ZipException {
        Optional<Long> end = findEnd(model);
        return new MetadataFiles(model, end.isEmpty() ? Map.of() : directory(model, end.get()));
    }

    /** The names of the files, in the order of the archive. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /**
     * A file.
     *
     * @return empty if there is none of that name
     * @throws ZipException if it is broken or exceeds a limit
     */
    public Optional<AssociatedFile> read(String name) throws ZipException {
        return read(name, MAX_BYTES).map(bytes -> new AssociatedFile(name, bytes));
    }

    /** The content of a file of at most that many bytes. */
    Optional<Bytes> read(String name, int limit) throws ZipException {
        Entry entry = entries.get(name);
        return entry == null ? Optional.empty() : Optional.of(bytes(entry, limit));
    }

    /**
     * All files.
     *
     * @throws ZipException if one is broken or they exceed a limit
     */
    public List<AssociatedFile> readAll() throws ZipException {
        List<AssociatedFile> files = new ArrayList<>();
        long left = MAX_TOTAL;
        for (Entry entry : entries.values()) {
            Bytes bytes = bytes(entry, (int) Math.min(left, MAX_BYTES));
            left -= bytes.size();
            files.add(new AssociatedFile(entry.name(), bytes));
        }
        return files;
    }

    /** The place of the record that ends the file, if one does and a directory stands right before it. */
    private static Optional<Long> findEnd(Bytes model) {
        long size = model.size();
        for (long at = size - END_SIZE; at >= 0 && at >= size - END_SIZE - MAX_COMMENT; at--) {
            if (model.get(at) == 'P' && int32(model, at) == END) {
                long directory = unsigned32(model, at + 12);
                boolean endsFile = at + END_SIZE + unsigned16(model, at + 20) == size;
                if (endsFile && directory <= at && unsigned32(model, at + 16) <= at - directory) {
                    return Optional.of(at);
                }
            }
        }
        return Optional.empty();
    }

    private static Map<String, Entry> directory(Bytes model, long end) throws ZipException {
        int count = unsigned16(model, end + 10);
        require(count <= MAX_FILES, "the archive holds " + count + " files");
        long start = end - unsigned32(model, end + 12);
        // offsets count from the start of the archive, which most writers take to be that of the model
        long base = start - unsigned32(model, end + 16);
        Map<String, Entry> entries = new LinkedHashMap<>();
        long at = start;
        for (int i = 0; i < count; i++) {
            require(at + CENTRAL_SIZE <= end && int32(model, at) == CENTRAL, "the archive's directory is broken");
            int nameSize = unsigned16(model, at + 28);
            long next = at + CENTRAL_SIZE + nameSize + unsigned16(model, at + 30) + unsigned16(model, at + 32);
            require(next <= end, "the archive's directory is broken");
            String name = new String(model.toArray(at + CENTRAL_SIZE, nameSize), StandardCharsets.UTF_8);
            requireHarmless(model, at, name);
            if (!name.endsWith("/")) {
                require(entries.put(name, entry(model, at, base, name)) == null, "two files are called " + name);
            }
            at = next;
        }
        return entries;
    }

    private static Entry entry(Bytes model, long at, long base, String name) {
        return new Entry(
                name,
                unsigned16(model, at + 10),
                unsigned32(model, at + 16),
                unsigned32(model, at + 20),
                unsigned32(model, at + 24),
                base + unsigned32(model, at + 42));
    }

    private static void requireHarmless(Bytes model, long at, String name) throws ZipException {
        require((unsigned16(model, at + 8) & 1) == 0, "the archive is encrypted");
        require(unsigned16(model, at + 40) >>> 12 != UNIX_LINK, "the archive holds a link: " + Problems.clip(name));
        boolean isRelative = !name.isEmpty()
                && !name.startsWith("/")
                && name.chars().allMatch(c -> c >= ' ' && c != '\\' && c != ':')
                && !List.of(name.split("/")).contains("..");
        require(isRelative, "the archive holds the name \"" + Problems.clip(name) + "\"");
    }

    private Bytes bytes(Entry entry, int limit) throws ZipException {
        String name = Problems.clip(entry.name());
        require(entry.at() + LOCAL_SIZE <= model.size() && int32(model, entry.at()) == LOCAL, name + " is not there");
        long at = entry.at() + LOCAL_SIZE + unsigned16(model, entry.at() + 26) + unsigned16(model, entry.at() + 28);
        require(at + entry.packed() <= model.size(), name + " is cut short");
        boolean fits = entry.unpacked() <= limit && entry.packed() <= MAX_TOTAL;
        require(fits, name + " has " + entry.unpacked() + " bytes, the limit is " + limit);
        Bytes packed = model.slice(at, entry.packed(), "archive entry " + name);
        Bytes bytes =
                switch (entry.method()) {
                    case 0 -> packed;
                    case 8 -> inflate(packed, entry, limit);
                    default -> throw new ZipException(name + " is packed by method " + entry.method());
                };
        require(bytes.size() == entry.unpacked() && crc(bytes) == entry.crc(), name + " is damaged");
        return bytes;
    }

    private static Bytes inflate(Bytes packed, Entry entry, int limit) throws ZipException {
        long most = Math.min(limit, packed.size() * MAX_RATIO + FREE_BYTES);
        Inflater inflater = new Inflater(true);
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] chunk = new byte[1 << 13];
            inflater.setInput(packed.view(0, (int) packed.size()));
            while (!inflater.finished()) {
                int n = inflater.inflate(chunk);
                require(n > 0 || inflater.finished(), entry.name() + " is cut short");
                require(out.size() + (long) n <= most, entry.name() + " unpacks to more than " + most + " bytes");
                out.write(chunk, 0, n);
            }
            return Bytes.of(out.toByteArray(), packed.description() + ", inflated");
        } catch (DataFormatException e) {
            throw new ZipException(entry.name() + " is damaged");
        } finally {
            inflater.end();
        }
    }

    private static long crc(Bytes bytes) {
        CRC32 crc = new CRC32();
        ByteBuffer view = bytes.view(0, (int) bytes.size());
        crc.update(view);
        return crc.getValue();
    }

    private static int int32(Bytes bytes, long at) {
        return (int) unsigned32(bytes, at);
    }

    private static long unsigned32(Bytes bytes, long at) {
        return unsigned16(bytes, at) | (long) unsigned16(bytes, at + 2) << 16;
    }

    private static int unsigned16(Bytes bytes, long at) {
        return bytes.get(at) & 0xff | (bytes.get(at + 1) & 0xff) << 8;
    }

    private static void require(boolean holds, String otherwise) throws ZipException {
        if (!holds) {
            throw new ZipException(Problems.clip(otherwise));
        }
    }
}
