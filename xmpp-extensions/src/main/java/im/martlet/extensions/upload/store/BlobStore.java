package im.martlet.extensions.upload.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Keeps bytes under names that it gives. What is kept does not change. Any thread; calls block. */
public interface BlobStore {
    /** A name for something new: a letter and 32 hexadecimal digits that nobody can guess. */
    String name();

    /** Begins to store something under a fresh name. @param length how many bytes it will have */
    Draft draft(String name, long length) throws IOException;

    /**
     * Reads what is kept.
     *
     * @param from the first byte that is wanted, counted from 0
     * @throws java.nio.file.NoSuchFileException when there is nothing of that name
     */
    InputStream open(String name, long from) throws IOException;

    /** Deletes what is kept under a name, or what was begun and not kept; nothing happens if there is nothing. */
    void delete(String name) throws IOException;

    /** Something that is being stored. Closing it before it is kept drops it. Used by one thread. */
    interface Draft extends Closeable {
        void write(byte[] from, int offset, int length) throws IOException;

        /** Keeps it: when this returns, it is there after a loss of power. */
        void keep() throws IOException;
    }
}
