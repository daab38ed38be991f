package im.martlet.storage.upload;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Files that users have uploaded (XEP-0363). Their bytes are elsewhere: see {@link UploadBlobs}. */
public interface Uploads {
    /**
     * Whose file it is.
     *
     * @param account empty for somebody of another domain
     * @param jid bare
     * @param host whose service keeps it
     */
    record Owner(Optional<AccountKey> account, Jid jid, String host) {}

    /**
     * What a file is.
     *
     * @param name at most 255 characters
     * @param type its media type, at most 255 characters
     * @param purpose what it is for, at most 12 letters
     */
    record Description(String name, String type, long bytes, String purpose) {}

    /**
     * A file.
     *
     * @param id of its slot, at most 24 letters
     * @param expires when nobody may have it any more, if its owner has said so
     * @param blob where its bytes are; empty when it is deleted
     */
    record Upload(String id, Owner owner, Description what, Instant created, Optional<Instant> expires, String blob) {}

    /**
     * How much somebody has.
     *
     * @param since bytes of what was uploaded since a moment, deleted or not
     * @param oldest when the first of those was uploaded, if there are any
     */
    record Usage(long files, long bytes, long since, Optional<Instant> oldest) {}

    /** How much a host has. */
    record HostUsage(String host, long files, long bytes) {}

    /** What is too old: of a purpose, created before a moment. */
    record Older(String purpose, Instant than) {}

    /**
     * Keeps a file whose bytes are in the store, and notes their hash; it is on disk when this returns.
     *
     * @return false when its slot was used already, or its account is gone
     */
    boolean finish(Upload upload, String hash);

    /** The file of a slot, a deleted one too. */
    Optional<Upload> find(String id);

    /**
     * What somebody has, the latest first. @param before only what was created before it, and not at the same moment;
     * empty for the latest
     */
    List<Upload> list(Jid owner, Optional<Instant> before, int limit);

    Usage usage(Jid owner, Instant since);

    /** How much each host has; long work. */
    List<HostUsage> hosts();

    /** Deletes a file; false when there is none. */
    boolean delete(String id, Instant now);

    /** Deletes what has expired at a moment, or is too old. @return how many */
    int deleteOld(Instant now, List<Older> older, int limit);

    /** Forgets that there was what was deleted before a moment. */
    void forget(Instant goneBefore);
}
