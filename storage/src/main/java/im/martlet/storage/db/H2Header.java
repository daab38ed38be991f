package im.martlet.storage.db;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.h2.mvstore.DataUtils;

/**
 * One of the two copies of the header that an H2 file begins with: what H2 says of the file, and which chunk is the
 * newest.
 *
 * @param fields by their names in the file; {@code chunk}, {@code block} and {@code version} are missing while there is
 * no chunk
 */
record H2Header(Map<String, String> fields) {
    static final int BLOCK = 4096; // bytes: what a header takes, and what a chunk is a multiple of
    private static final int LONGEST_CHUNK_HEADER = 1024;
    private static final String CHECKSUM = "fletcher";

    H2Header { fields = Map.copyOf(fields); }

    /** Reads a copy; empty if it is not whole. */
    static Optional<H2Header> parse(ByteBuffer copy) {
        String line = StandardCharsets.ISO_8859_1.decode(copy.slice(copy.position(), Math.min(copy.remaining(), BLOCK)))
                .toString().trim();
        int end = line.lastIndexOf("," + CHECKSUM + ":");
        if (end < 0) return Optional.empty();
        byte[] summed = line.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
        if (!line.substring(end + CHECKSUM.length() + 2)
                .equals(Integer.toHexString(DataUtils.getFletcher32(summed, 0, summed.length))))
            return Optional.empty();
        return Optional.of(new H2Header(DataUtils.parseMap(line.substring(0, end))));
    }

    /** The version of the newest chunk; -1 if there is none. */
    long version() {
        return DataUtils.readHexLong(fields, "version", -1);
    }

    /** The same file without the mark that it was closed properly. */
    H2Header open() {
        var changed = new HashMap<>(fields);
        changed.remove("clean");
        return new H2Header(changed);
    }

    /** The same file, whose newest chunk is what another header says. */
    H2Header withChunkOf(H2Header other) {
        var changed = new HashMap<>(fields);
        for (String name : new String[]{ "chunk", "block", "version" }) changed.put(name, other.fields.get(name));
        return new H2Header(changed);
    }

    /**
     * The same file after a chunk was written to it; empty if what was written is none.
     *
     * @param at where it was written, in bytes
     */
    Optional<H2Header> after(ByteBuffer written, long at) {
        if (at % BLOCK != 0 || at < 2 * BLOCK) return Optional.empty();
        String start = StandardCharsets.ISO_8859_1
                .decode(written.slice(written.position(), Math.min(written.remaining(), LONGEST_CHUNK_HEADER)))
                .toString();
        int end = start.indexOf('\n');
        if (!start.startsWith("chunk:") || end < 0) return Optional.empty();
        var chunk = DataUtils.parseMap(start.substring(0, end).strip());
        var changed = new HashMap<>(fields);
        changed.put("chunk", chunk.get("chunk"));
        changed.put("version", chunk.get("version"));
        changed.put("block", Long.toHexString(at / BLOCK));
        return Optional.of(new H2Header(changed));
    }

    /** A copy, as it is in the file. */
    ByteBuffer bytes() {
        var line = DataUtils.appendMap(new StringBuilder(), new HashMap<>(fields));
        byte[] summed = line.toString().getBytes(StandardCharsets.ISO_8859_1);
        DataUtils.appendMap(line, CHECKSUM, DataUtils.getFletcher32(summed, 0, summed.length));
        return ByteBuffer.allocate(BLOCK).put(line.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1))
                .rewind();
    }
}
