package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import jakarta.inject.Inject;
import java.util.Objects;

/** Devices that cannot be reached any more (XEP-0045 §18.1.2): each goes for itself, and everybody is told. */
final class UnreachableDevices {
    private final LeaveHandler leaving;

    @Inject UnreachableDevices(LeaveHandler leaving) { this.leaving = leaving; }

    /** Something that the room has sent came back. Answers whether its device is gone now. */
    boolean failed(LiveRoom live, Stanza error, StanzaTransaction transaction) {
        boolean gone = live.room().withDevice(error.from()).isPresent() && error.child(Stanza.CLIENT, "error").stream()
                .flatMap(e -> e.children().stream())
                .anyMatch(condition -> condition.namespace().equals(StanzaError.NS) && saysSo(condition.name(), error));
        if (gone) leaving.lost(live.room(), error.from(), transaction);
        return gone;
    }

    /**
     * Whether a condition says that something was not delivered. To a question, a client that is there may answer some
     * of them itself; and it is others who ask.
     */
    private static boolean saysSo(String condition, Stanza error) {
        return switch (condition) {
            case "gone", "recipient-unavailable", "redirect", "remote-server-not-found", "remote-server-timeout" ->
                    true;
            case "item-not-found" -> !(error instanceof Iq) || Objects.requireNonNull(error.to()).isBare(); // of a node (XEP-0030 §7), but not of the room's own ping
            case "service-unavailable", "resource-constraint" -> !(error instanceof Iq);
            default -> false;
        };
    }
}
