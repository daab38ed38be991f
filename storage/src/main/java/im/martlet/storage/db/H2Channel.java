package im.martlet.storage.db;

import static im.martlet.storage.db.H2Header.BLOCK;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.Map;
import java.util.Optional;
import org.h2.store.fs.FileBaseDefault;
import org.jspecify.annotations.Nullable;

/**
 * An H2 file with a header that always names the newest whole chunk, so that a crash at any moment loses none. H2
 * writes its header only now and then, and relies on a guess in each chunk about the place of the next one. If the
 * guess was wrong, H2 2.5 writes the chunk before the newest into the header, and nothing leads to the newest. Other
 * releases write the right chunk, but perhaps too late: the next chunk may already have overwritten one that leads
 * there.
 *
 * <p>Here the header follows each chunk, in turns in one of its two copies; the other copy still names the chunk
 * before. H2 uses the newer copy with a whole chunk. A file is never marked as properly closed: H2 expects such a file
 * to be unchanged, and goes back to an older chunk if it is not.
 */
final class H2Channel extends FileBaseDefault {
    private final FileChannel file;
    private H2Header header = new H2Header(Map.of());
    private long newest = -1; // the newest chunk version that H2 has written or named since it opened the file
    private long next; // the position of the copy to write next
    private boolean unforced; // whether a copy was written and the disk not forced since

    H2Channel(FileChannel file) { this.file = file; }

    /** Locks the file, which H2 does first; before that, another process may own the file. */
    @Override public synchronized @Nullable FileLock tryLock(long position, long size, boolean shared)
            throws IOException {
        var lock = file.tryLock(position, size, shared);
        if (lock != null && file.size() >= 2 * BLOCK) readHeader();
        return lock;
    }

    private void readHeader() throws IOException {
        for (long at = 0; at < 2 * BLOCK; at += BLOCK) {
            var copy = ByteBuffer.allocate(BLOCK);
            while (copy.hasRemaining() && file.read(copy, at + copy.position()) >= 0);
            var found = H2Header.parse(copy.flip());
            if (found.isEmpty() || found.get().version() < header.version()) continue;
            header = found.get();
            next = BLOCK - at;
        }
        if (!header.open().equals(header)) writeBoth(header.open());
    }

    @Override public synchronized int write(ByteBuffer from, long at) throws IOException {
        int length = from.remaining();
        var written = at == 0 && length == 2 * BLOCK ? H2Header.parse(from) : Optional.<H2Header>empty();
        if (written.isPresent()) writeHeader(written.get());
        else writeChunk(from, at);
        from.position(from.limit());
        return length;
    }

    /** Writes H2's header with the right chunk. */
    private void writeHeader(H2Header written) throws IOException {
        var right = written.version() < newest ? written.withChunkOf(header) : written;
        newest = right.version();
        if (!right.open().equals(header)) writeBoth(right.open());
    }

    private void writeBoth(H2Header both) throws IOException {
        force(false);
        header = both;
        writeFully(header.bytes(), BLOCK);
        writeFully(header.bytes(), 0);
    }

    private void writeChunk(ByteBuffer from, long at) throws IOException {
        var after = header.after(from, at).filter(h -> h.version() >= newest); // an older chunk was only moved
        // else this write may overwrite the chunk that the header on disk names, and both copies may be wrong
        if (unforced) force(false);
        writeFully(from, at);
        if (after.isEmpty()) return;
        header = after.get();
        newest = header.version();
        writeFully(header.bytes(), next);
        next = BLOCK - next;
        unforced = true;
    }

    private void writeFully(ByteBuffer from, long at) throws IOException {
        for (long to = at; from.hasRemaining();) to += file.write(from, to);
    }

    @Override public void force(boolean metaData) throws IOException {
        file.force(metaData);
        unforced = false;
    }

    @Override public int read(ByteBuffer to, long at) throws IOException { return file.read(to, at); }

    @Override public long size() throws IOException { return file.size(); }

    @Override protected void implTruncate(long size) throws IOException { file.truncate(size); }

    @Override protected void implCloseChannel() throws IOException { file.close(); }
}
