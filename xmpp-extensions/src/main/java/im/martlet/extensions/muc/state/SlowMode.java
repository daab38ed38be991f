package im.martlet.extensions.muc.state;

import im.martlet.address.Jid;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers when each user spoke last, for rooms in slow mode (XEP-0500). Devices and nicknames of one user count as
 * one. Owned by the room's mailbox.
 */
public final class SlowMode {
    private final Map<Jid, Long> lastMessages = new LinkedHashMap<>(); // the oldest first

    /**
     * Returns whether a user may speak now. If so, the time is noted as the user's last message.
     *
     * @param user a bare address
     * @param pause the least time between two messages
     * @param now in nanoseconds, of a clock that only goes forward
     */
    public boolean tryMessage(Jid user, Duration pause, long now) {
        lastMessages.values().removeIf(at -> now - at >= pause.toNanos());
        return lastMessages.putIfAbsent(user, now) == null;
    }
}
