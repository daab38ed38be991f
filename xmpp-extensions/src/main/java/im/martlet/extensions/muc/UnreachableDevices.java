package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import jakarta.inject.Inject;
import java.util.Objects;

/** Removes devices that cannot be reached any more, each on its own (XEP-0045 §18.1.2). */
final class UnreachableDevices {
    private final LeaveHandler leaveHandler;

    @Inject UnreachableDevices(LeaveHandler leaveHandler) { this.leaveHandler = leaveHandler; }

    /**
     * Removes a device if an error from it says that the room's stanza was not delivered.
     *
     * @return whether the device was removed
     */
    boolean handleError(LiveRoom live, Stanza error, StanzaTransaction transaction) {
        boolean gone = live.room().withDevice(error.from()).isPresent() && StanzaError.conditionIn(error)
                .filter(condition -> meansUndelivered(condition, error)).isPresent();
        if (gone) leaveHandler.lost(live.room(), error.from(), transaction);
        return gone;
    }

    /**
     * Returns whether an error condition means that the stanza was not delivered. A client in the room may itself
     * answer an IQ of another occupant with some of these conditions, so they do not count for IQs.
     */
    private static boolean meansUndelivered(String condition, Stanza error) {
        return switch (condition) {
            case "gone", "recipient-unavailable", "redirect", "remote-server-not-found", "remote-server-timeout" ->
                    true;
            // the room's own pings come back to its bare address; others may ask for an unknown node (XEP-0030 §7)
            case "item-not-found" -> !(error instanceof Iq) || Objects.requireNonNull(error.to()).isBare();
            case "service-unavailable", "resource-constraint" -> !(error instanceof Iq);
            default -> false;
        };
    }
}
