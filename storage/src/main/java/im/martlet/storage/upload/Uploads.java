package im.martlet.storage.upload;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Files that users have uploaded (XEP-0363). Their bytes are in {@link UploadBlobs}. */
public interface Uploads {
    /**
     * The owner of a file.
     *
     * @param account the account; empty for a user of another domain
     * @param jid the bare address
     * @param host the host of the upload service
     */
    record Owner(Optional<AccountKey> account, Jid jid, String host) {}

    /**
     * The description of a file.
     *
     * @param name the file name, at most 255 characters
     * @param type the media type, at most 255 characters
     * @param purpose the purpose, at most 12 characters
     */
    record Description(String name, String type, long bytes, String purpose) {}

    /**
     * A file.
     *
     * @param id the id of the slot, at most 24 characters
     * @param expires the time at which the file becomes unavailable, if its owner has set one
     * @param blob the name of its blob; empty when the file is deleted
     */
    record Upload(String id, Owner owner, Description description, Instant created, Optional<Instant> expires,
            String blob) {}

    /**
     * The storage that a user takes.
     *
     * @param since the bytes uploaded since a moment, deleted or not
     * @param oldest the time of the first upload since that moment, if there is one
     */
    record Usage(long files, long bytes, long since, Optional<Instant> oldest) {}

    /** The storage that a host takes. */
    record HostUsage(String host, long files, long bytes) {}

    /** Selects the files of a purpose that were created before a moment. */
    record Older(String purpose, Instant than) {}

    /**
     * Stores a finished upload and the hash of its blob; it is on disk when this returns.
     *
     * @return false when its slot was used already, or its account is gone
     */
    boolean finish(Upload upload, String hash);

    /** Returns the file of a slot, also a deleted one. */
    Optional<Upload> find(String id);

    /**
     * Returns the files of a user, the latest first.
     *
     * @param before the creation time after the first to return, exclusive; empty for the latest
     */
    List<Upload> list(Jid owner, Optional<Instant> before, int limit);

    Usage usage(Jid owner, Instant since);

    /** Returns the usage of each host; reads all files, so call it rarely. */
    List<HostUsage> hosts();

    /** Deletes a file; returns false when there is none. */
    boolean delete(String id, Instant now);

    /**
     * Deletes the files that have expired or are too old.
     *
     * @return the number of deleted files
     */
    int deleteOld(Instant now, List<Older> older, int limit);

    /** Removes the records of files that were deleted before a moment. */
    void forget(Instant goneBefore);
}
