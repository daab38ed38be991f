package im.martlet.extensions.upload.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Stores blobs under names that it gives. A stored blob does not change. Any thread; calls block. */
public interface BlobStore {
    /** Returns a name for a new blob: a letter and 32 unguessable hexadecimal digits. */
    String name();

    /**
     * Begins to store a blob under a new name.
     *
     * @param length the number of bytes that will follow
     */
    Draft draft(String name, long length) throws IOException;

    /**
     * Opens a stored blob.
     *
     * @param from the position of the first byte, counted from 0
     * @throws java.nio.file.NoSuchFileException if there is no blob of that name
     */
    InputStream open(String name, long from) throws IOException;

    /** Deletes a blob or an unfinished draft. Does nothing if there is none of that name. */
    void delete(String name) throws IOException;

    /** A blob that is being written. Closing it before {@link #keep} deletes it. Used by one thread. */
    interface Draft extends Closeable {
        void write(byte[] from, int offset, int length) throws IOException;

        /** Finishes the blob: after this returns, it survives a loss of power. */
        void keep() throws IOException;
    }
}
