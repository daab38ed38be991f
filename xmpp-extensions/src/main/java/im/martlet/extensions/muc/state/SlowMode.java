package im.martlet.extensions.muc.state;

import im.martlet.address.Jid;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When somebody has last spoken, for rooms in slow mode (XEP-0500): of users, and not of their devices or nicknames. Of
 * the room's mailbox.
 */
public final class SlowMode {
    private final Map<Jid, Long> spoken = new LinkedHashMap<>(); // who spoke the longest ago first

    /**
     * Whether a user may speak; if so, they do now.
     *
     * @param user bare
     * @param pause between two messages
     * @param now in nanoseconds, of a clock that only goes forward
     */
    public boolean mayGo(Jid user, Duration pause, long now) {
        spoken.values().removeIf(at -> now - at >= pause.toNanos());
        return spoken.putIfAbsent(user, now) == null;
    }
}
