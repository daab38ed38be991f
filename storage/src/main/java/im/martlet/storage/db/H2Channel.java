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
 * An H2 file whose header always names the newest chunk that is whole, so that a crash at any moment loses none. H2
 * writes its header now and then only, and relies on each chunk to say where the next one will be; where that guess was
 * wrong H2 2.5 writes the chunk before the newest into the header, and nothing leads to the newest. Other releases
 * write the right one, but only after the next chunk may have taken the place of one that leads there.
 *
 * <p>Here the header follows each chunk, in one of its two copies by turns: the other one still names the chunk before.
 * H2 takes the newer one whose chunk is whole. Nor is a file ever marked as closed properly: of such a file H2 expects
 * that it is as it was left, and goes back to an older chunk where it is not.
 */
final class H2Channel extends FileBaseDefault {
    private final FileChannel file;
    private H2Header header = new H2Header(Map.of());
    private long newest = -1; // the version of the newest chunk that H2 has written or named since it opened the file
    private long next; // where the copy is that is written next
    private boolean unforced; // a copy was written, and the disk not forced since

    H2Channel(FileChannel file) { this.file = file; }

    /** H2 does this first; before, the file may be somebody else's. */
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
        var wanted = at == 0 && length == 2 * BLOCK ? H2Header.parse(from) : Optional.<H2Header>empty();
        if (wanted.isPresent()) writeHeader(wanted.get());
        else writeChunk(from, at);
        from.position(from.limit());
        return length;
    }

    /** What H2 wants to say of the file, corrected. */
    private void writeHeader(H2Header wanted) throws IOException {
        var right = wanted.version() < newest ? wanted.withChunkOf(header) : wanted;
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
        var after = header.after(from, at).filter(h -> h.version() >= newest); // an older one was moved
        if (unforced) force(false); // or it may take the place of what the header on the disk leads to, and both copies may name chunks that are not there
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
