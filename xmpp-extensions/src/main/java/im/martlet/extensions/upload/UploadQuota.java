package im.martlet.extensions.upload;

import im.martlet.address.Jid;
import im.martlet.storage.upload.Uploads;
import im.martlet.storage.upload.Uploads.HostUsage;
import im.martlet.storage.upload.Uploads.Owner;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Checks how much an owner may still upload. Uploads in progress count. Any thread. */
@Singleton
final class UploadQuota {
    static final Duration DAY = Duration.ofDays(1);
    private static final Duration STALE = Duration.ofMinutes(10); // age at which sizes of hosts are read again
    private static final int STRIPES = 64; // owners that ask the database at once

    /**
     * A refused upload.
     *
     * @param reason the reason for the user
     * @param retry the time from which the upload is allowed, if it is known
     */
    record Refusal(String reason, Optional<Instant> retry) {}

    private final Supplier<UploadSettings> settings;
    private final Uploads uploads;
    // a lock for each group of owners, held from the check to the reservation
    private final Object[] locks = Stream.generate(Object::new).limit(STRIPES).toArray();
    private final Map<Jid, Long> reserved = new HashMap<>(); // bytes of uploads in progress, by owner
    private final Map<String, Long> busy = new HashMap<>(); // reserved bytes, by slot in use
    private final Map<String, Long> hosts = new HashMap<>(); // bytes at the last count and since, by host
    private Instant counted = Instant.MIN; // the time of the last count

    @Inject UploadQuota(Supplier<UploadSettings> settings, Uploads uploads) {
        this.settings = settings;
        this.uploads = uploads;
    }

    /**
     * Returns the reason why an upload is not allowed; empty if it is.
     *
     * @param bytes the size of the upload, in addition to uploads in progress
     */
    Optional<Refusal> refusal(Owner owner, long bytes, Instant now) {
        var limits = settings.get();
        long coming = reserved(owner.jid()) + bytes; // read first: an upload that ends now counts twice, not zero times
        var usage = uploads.usage(owner.jid(), now.minus(DAY));
        if (limits.daily().bytes() > 0 && usage.since() + coming > limits.daily().bytes())
            return Optional.of(new Refusal("you may upload at most " + limits.daily().bytes() + " bytes in a day",
                    usage.oldest().map(first -> first.plus(DAY))));
        if (limits.quota().bytes() > 0 && usage.bytes() + coming > limits.quota().bytes())
            return Optional.of(new Refusal(
                    "you use " + usage.bytes() + " of " + limits.quota().bytes() + " bytes; delete some files",
                    Optional.empty()));
        if (limits.hostQuota().bytes() > 0 && host(owner.host(), now) + coming > limits.hostQuota().bytes())
            return Optional.of(new Refusal(owner.host() + " has no room for more files", Optional.empty()));
        return Optional.empty();
    }

    private synchronized long reserved(Jid owner) { return reserved.getOrDefault(owner, 0L); }

    private synchronized long host(String host, Instant now) {
        if (counted.isBefore(now.minus(STALE))) {
            hosts.clear();
            for (HostUsage usage : uploads.hosts()) hosts.put(usage.host(), usage.bytes());
            counted = now;
        }
        return hosts.getOrDefault(host, 0L);
    }

    /** Begins to use a slot. Returns false if another request is using it. */
    synchronized boolean begin(UploadSlot slot) {
        return busy.putIfAbsent(slot.id(), 0L) == null;
    }

    /**
     * Reserves the bytes of a begun slot, so that uploads at the same time cannot exceed the quota together. Returns
     * the reason of a refusal; empty if the bytes are reserved.
     */
    Optional<Refusal> reserve(UploadSlot slot, Instant now) {
        var owner = slot.owner();
        synchronized (locks[Math.floorMod(owner.jid().hashCode(), STRIPES)]) {
            var refusal = refusal(owner, slot.bytes(), now);
            if (refusal.isEmpty()) synchronized (this) {
                busy.put(slot.id(), slot.bytes());
                reserved.merge(owner.jid(), slot.bytes(), Long::sum);
            }
            return refusal;
        }
    }

    /**
     * Ends the use of a slot and its reservation.
     *
     * @param kept whether the database has the file now
     */
    synchronized void end(UploadSlot slot, boolean kept) {
        long ended = busy.remove(slot.id());
        reserved.computeIfPresent(slot.owner().jid(), (_, bytes) -> bytes > ended ? bytes - ended : null);
        if (kept) hosts.merge(slot.owner().host(), slot.bytes(), Long::sum);
    }

    /** Makes the next check count the bytes of hosts again, because files were deleted. */
    synchronized void countAgain() {
        counted = Instant.MIN;
    }
}
