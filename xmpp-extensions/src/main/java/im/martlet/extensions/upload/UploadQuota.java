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

/** How much somebody may still upload; what is under way counts. Any thread. */
@Singleton
final class UploadQuota {
    static final Duration DAY = Duration.ofDays(1);
    private static final Duration STALE = Duration.ofMinutes(10);
    private static final int TURNS = 64; // owners that ask the database at once

    /**
     * It may not be.
     *
     * @param retry when it may be, if that is known
     */
    record Refusal(String why, Optional<Instant> retry) {}

    private final Supplier<UploadSettings> settings;
    private final Uploads uploads;
    private final Object[] turns = Stream.generate(Object::new).limit(TURNS).toArray(); // one is held from asking the database to reserving
    private final Map<Jid, Long> underWay = new HashMap<>(); // bytes reserved, by owner
    private final Map<String, Long> busy = new HashMap<>(); // slots that are being used, and the bytes reserved for them
    private final Map<String, Long> hosts = new HashMap<>(); // bytes, as they were last counted and what came since
    private Instant counted = Instant.MIN;

    @Inject UploadQuota(Supplier<UploadSettings> settings, Uploads uploads) {
        this.settings = settings;
        this.uploads = uploads;
    }

    /** Empty when it may be. @param bytes on top of what is under way */
    Optional<Refusal> refusal(Owner owner, long bytes, Instant now) {
        var limits = settings.get();
        long coming = coming(owner.jid()) + bytes; // read first: what ends meanwhile is counted twice rather than not at all
        var usage = uploads.usage(owner.jid(), now.minus(DAY));
        if (limits.daily().bytes() > 0 && usage.since() + coming > limits.daily().bytes())
            return Optional.of(new Refusal("at most " + limits.daily().bytes() + " bytes may be uploaded in a day",
                    usage.oldest().map(first -> first.plus(DAY))));
        if (limits.quota().bytes() > 0 && usage.bytes() + coming > limits.quota().bytes())
            return Optional.of(new Refusal(
                    "you have " + usage.bytes() + " of " + limits.quota().bytes() + " bytes; delete some files",
                    Optional.empty()));
        if (limits.hostQuota().bytes() > 0 && host(owner.host(), now) + coming > limits.hostQuota().bytes())
            return Optional.of(new Refusal("there is no room for more files at " + owner.host(), Optional.empty()));
        return Optional.empty();
    }

    private synchronized long coming(Jid owner) { return underWay.getOrDefault(owner, 0L); }

    private synchronized long host(String host, Instant now) {
        if (counted.isBefore(now.minus(STALE))) {
            hosts.clear();
            for (HostUsage usage : uploads.hosts()) hosts.put(usage.host(), usage.bytes());
            counted = now;
        }
        return hosts.getOrDefault(host, 0L);
    }

    /** Begins to use a slot; false when somebody does already. */
    synchronized boolean begin(UploadSlot slot) {
        return busy.putIfAbsent(slot.id(), 0L) == null;
    }

    /**
     * Takes a begun slot's bytes out of what its owner may upload, so that many at once get no more than one after
     * another. Empty when that is done.
     */
    Optional<Refusal> reserve(UploadSlot slot, Instant now) {
        var owner = slot.owner();
        synchronized (turns[Math.floorMod(owner.jid().hashCode(), TURNS)]) {
            var refusal = refusal(owner, slot.bytes(), now);
            if (refusal.isEmpty()) synchronized (this) {
                busy.put(slot.id(), slot.bytes());
                underWay.merge(owner.jid(), slot.bytes(), Long::sum);
            }
            return refusal;
        }
    }

    /** @param kept whether the database has the file now */
    synchronized void end(UploadSlot slot, boolean kept) {
        long reserved = busy.remove(slot.id());
        underWay.computeIfPresent(slot.owner().jid(), (_, bytes) -> bytes > reserved ? bytes - reserved : null);
        if (kept) hosts.merge(slot.owner().host(), slot.bytes(), Long::sum);
    }

    /** What was counted is to be counted again: something has been deleted. */
    synchronized void countAgain() {
        counted = Instant.MIN;
    }
}
