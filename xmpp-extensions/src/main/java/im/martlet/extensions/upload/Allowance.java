package im.martlet.extensions.upload;

import im.martlet.address.Jid;
import im.martlet.storage.Uploads;
import im.martlet.storage.Uploads.HostUsage;
import im.martlet.storage.Uploads.Owner;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** How much somebody may still upload; what is under way counts. Any thread. */
@Singleton
final class Allowance {
    static final Duration DAY = Duration.ofDays(1);
    private static final Duration STALE = Duration.ofMinutes(10);

    /**
     * It may not be.
     *
     * @param retry when it may be, if that is known
     */
    record Refusal(String why, Optional<Instant> retry) {}

    private final Supplier<UploadSettings> settings;
    private final Uploads uploads;
    private final Map<Jid, Long> underWay = new HashMap<>(); // bytes by owner
    private final Set<String> busy = new HashSet<>(); // slots that are being used
    private final Map<String, Long> hosts = new HashMap<>(); // bytes, as they were last counted and what came since
    private Instant counted = Instant.MIN;

    @Inject Allowance(Supplier<UploadSettings> settings, Uploads uploads) {
        this.settings = settings;
        this.uploads = uploads;
    }

    /** Empty when it may be. @param bytes on top of what is under way */
    Optional<Refusal> refusal(Owner owner, long bytes, Instant now) {
        var limits = settings.get();
        var usage = uploads.usage(owner.jid(), now.minus(DAY));
        long coming = coming(owner.jid()) + bytes;
        if (limits.daily().bytes() > 0 && usage.since() + coming > limits.daily().bytes())
            return Optional.of(new Refusal("at most " + limits.daily().bytes() + " bytes may be uploaded in a day", usage.oldest().map(first -> first.plus(DAY))));
        if (limits.quota().bytes() > 0 && usage.bytes() + coming > limits.quota().bytes())
            return Optional.of(new Refusal("you have " + usage.bytes() + " of " + limits.quota().bytes() + " bytes; delete some files", Optional.empty()));
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
    synchronized boolean begin(Slot slot) {
        if (!busy.add(slot.id())) return false;
        underWay.merge(slot.owner().jid(), slot.bytes(), Long::sum);
        return true;
    }

    synchronized void end(Slot slot, boolean kept) {
        busy.remove(slot.id());
        underWay.computeIfPresent(slot.owner().jid(), (_, bytes) -> bytes > slot.bytes() ? bytes - slot.bytes() : null);
        if (kept) hosts.merge(slot.owner().host(), slot.bytes(), Long::sum);
    }

    /** What was counted is to be counted again: something has been deleted. */
    synchronized void countAgain() { counted = Instant.MIN; }
}
