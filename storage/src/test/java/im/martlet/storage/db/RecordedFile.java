package im.martlet.storage.db;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePathWrapper;

/** A path to a file with recorded writes, so that a test can restore the file as it was after any of them. */
public final class RecordedFile extends FilePathWrapper {
    static final String SCHEME = "recorded";
    // by the file's path; static because H2 makes these objects
    private static final Map<String, List<Change>> CHANGES = new ConcurrentHashMap<>();

    /** A change of a file. */
    sealed interface Change {
        record Write(byte[] bytes, long at) implements Change {}

        record Truncation(long size) implements Change {}

        /** A confirmed commit of all data up to this number. */
        record Committed(long number) implements Change {}
    }

    /** Starts to record the changes of a file. */
    static List<Change> of(String path) {
        var changes = new ArrayList<Change>();
        CHANGES.put(SCHEME + ":" + path, changes);
        return changes;
    }

    /** Returns the file after a change. */
    static byte[] after(byte[] file, Change change) {
        return switch (change) {
            case Change.Committed committed -> file;
            case Change.Truncation truncation -> Arrays.copyOf(file, (int) Math.min(file.length, truncation.size));
            case Change.Write write -> {
                byte[] longer = Arrays.copyOf(file, (int) Math.max(file.length, write.at + write.bytes.length));
                System.arraycopy(write.bytes, 0, longer, (int) write.at, write.bytes.length);
                yield longer;
            }
        };
    }

    @Override public String getScheme() { return SCHEME; }

    @Override public FileChannel open(String mode) throws IOException {
        var changes = CHANGES.get(name);
        return changes == null ? super.open(mode) : new Recorder(super.open(mode), changes);
    }

    private static final class Recorder extends FileBaseDefault {
        private final FileChannel file;
        private final List<Change> changes;

        Recorder(FileChannel file, List<Change> changes) {
            this.file = file;
            this.changes = changes;
        }

        @Override public synchronized int write(ByteBuffer from, long at) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            changes.add(new Change.Write(bytes, at));
            return file.write(ByteBuffer.wrap(bytes), at);
        }

        @Override protected void implTruncate(long size) throws IOException {
            changes.add(new Change.Truncation(size));
            file.truncate(size);
        }

        @Override public int read(ByteBuffer to, long at) throws IOException { return file.read(to, at); }

        @Override public long size() throws IOException { return file.size(); }

        @Override public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override protected void implCloseChannel() throws IOException { file.close(); }
    }
}
