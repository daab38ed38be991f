package im.martlet.extensions.muc;

import im.martlet.session.Cause;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import jakarta.inject.Inject;
import java.util.Set;

/** Devices that cannot be reached any more (XEP-0045 §18.1.2): each goes for itself, and everybody is told. */
final class Ghosts {
    /** What says that something was not delivered. That a service is unavailable says so of messages and presence only: to a question, a client may answer that itself. */
    private static final Set<String> UNDELIVERED = Set.of("gone", "item-not-found", "recipient-unavailable", "redirect", "remote-server-not-found", "remote-server-timeout");
    private static final Set<String> UNDELIVERED_TOO = Set.of("service-unavailable", "resource-constraint");

    private final Leaving leaving;

    @Inject Ghosts(Leaving leaving) { this.leaving = leaving; }

    /** Something that the room has sent came back. Answers whether its device is gone now. */
    boolean failed(LiveRoom live, Stanza error, Cause cause) {
        boolean gone = error.child(Stanza.CLIENT, "error").filter(e -> e.children().stream().anyMatch(condition -> condition.namespace().equals(StanzaError.NS)
                && (UNDELIVERED.contains(condition.name()) || !error.name().equals("iq") && UNDELIVERED_TOO.contains(condition.name())))).isPresent();
        if (gone) leaving.lost(live.room(), error.from(), cause);
        return gone;
    }
}
