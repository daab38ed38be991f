package im.martlet.storage.db;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.h2.mvstore.DataUtils;

/**
 * One of the two copies of the header at the start of an H2 file: it describes the file and names the newest chunk.
 *
 * @param fields the values by their names in the file; {@code chunk}, {@code block} and {@code version} are missing
 * while there is no chunk
 */
record H2Header(Map<String, String> fields) {
    static final int BLOCK = 4096; // bytes: the size of a header; chunks are multiples of it
    private static final int LONGEST_CHUNK_HEADER = 1024;
    private static final String CHECKSUM = "fletcher";

    H2Header { fields = Map.copyOf(fields); }

    /** Reads a copy; returns empty if it is not whole. */
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

    /** Returns the version of the newest chunk; -1 if there is none. */
    long version() {
        return DataUtils.readHexLong(fields, "version", -1);
    }

    /** Returns this header without the mark that the file was closed properly. */
    H2Header open() {
        var changed = new HashMap<>(fields);
        changed.remove("clean");
        return new H2Header(changed);
    }

    /** Returns this header with the newest chunk of another one. */
    H2Header withChunkOf(H2Header other) {
        var changed = new HashMap<>(fields);
        for (String name : new String[]{ "chunk", "block", "version" }) changed.put(name, other.fields.get(name));
        return new H2Header(changed);
    }

    /**
     * Returns the header after a chunk was written; empty if the written bytes are no chunk.
     *
     * @param at the position of the write, in bytes
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

    /** Returns the bytes of a copy in the file. */
    ByteBuffer bytes() {
        var line = DataUtils.appendMap(new StringBuilder(), new HashMap<>(fields));
        byte[] summed = line.toString().getBytes(StandardCharsets.ISO_8859_1);
        DataUtils.appendMap(line, CHECKSUM, DataUtils.getFletcher32(summed, 0, summed.length));
        return ByteBuffer.allocate(BLOCK).put(line.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1))
                .rewind();
    }
}
