package im.martlet.storage.upload;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which bytes are in the store of uploads, so that none are there for ever that nobody wants. */
public interface UploadBlobs {
    /** What was looked at, and whether any file still needs it. */
    record Settled(String name, boolean needed) {}

    /**
     * Says that something is about to be stored under a name, of at most 40 letters. It may be lost when the machine
     * loses power.
     */
    void begin(String name, long bytes, Instant now);

    /**
     * What no file needs: of deleted ones, and what was begun before a moment and has not become a file's; by name.
     *
     * @param after the name before the first; empty to begin
     */
    List<String> unused(Instant begunBefore, String after, int limit);

    /** Forgets a name, when nothing is stored under it any more; false when a file needs it by now. */
    boolean forget(String name);

    /**
     * Looks at something that has come and was not looked at: files with the same bytes share those that were there
     * before.
     *
     * @return empty when there was nothing to look at
     */
    Optional<Settled> settle();

    /** Bytes that are stored. */
    long stored();
}
