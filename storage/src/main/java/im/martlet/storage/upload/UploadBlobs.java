package im.martlet.storage.upload;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The blobs in the store of uploads, so that no unused blob stays for ever. */
public interface UploadBlobs {
    /** A blob that was settled, and whether a file still needs it. */
    record Settled(String name, boolean needed) {}

    /**
     * Records that a blob is about to be stored under a name of at most 40 characters. A loss of power may lose the
     * record.
     */
    void begin(String name, long bytes, Instant now);

    /**
     * Returns the names of unused blobs, in order: those of deleted files, and those begun before a moment without
     * becoming a file's.
     *
     * @param after the name before the first; empty to begin
     */
    List<String> unused(Instant begunBefore, String after, int limit);

    /** Deletes the record of a blob that is no longer stored; returns false when a file needs it by now. */
    boolean forget(String name);

    /**
     * Settles one new blob: files with the same bytes share the older blob.
     *
     * @return empty when there was no new blob
     */
    Optional<Settled> settle();

    /** Returns the number of stored bytes. */
    long stored();
}
