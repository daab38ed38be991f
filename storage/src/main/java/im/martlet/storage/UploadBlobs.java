package im.martlet.storage;

import java.time.Instant;
import java.util.List;

/** Which bytes are in the store of uploads, so that none are there for ever that nobody wants. */
public interface UploadBlobs {
    /** Says that something is about to be stored under a name, of at most 40 letters. It may be lost when the machine loses power. */
    void begin(String name, long bytes, Instant now);

    /** What no file needs: deleted ones, and those that were begun before a moment and have not become a file's. */
    List<String> unused(Instant begunBefore, int limit);

    /** Forgets a name, when nothing is stored under it any more; false when a file needs it by now. */
    boolean forget(String name);

    /**
     * Has files with the same bytes share them.
     *
     * @return whether there was something that had not been looked at
     */
    boolean share();

    /** Bytes that are stored. */
    long stored();
}
