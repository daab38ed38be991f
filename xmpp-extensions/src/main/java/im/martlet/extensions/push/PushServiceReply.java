package im.martlet.extensions.push;

import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.xml.Element;
import java.util.Optional;
import java.util.Set;

/** The reply of a push service. It decides the state of the registration (XEP-0357 §7.1). Pure. */
sealed interface PushServiceReply {
    /** The service has the notification. */
    record Published() implements PushServiceReply {}

    /** The node does not exist any more, so the device is gone. */
    record Gone(String reason) implements PushServiceReply {}

    /** The service rejects the notification. */
    record Refused(String reason) implements PushServiceReply {}

    /** The service cannot take the notification now. */
    record Busy(String reason) implements PushServiceReply {}

    /** The service cannot be reached. */
    record Unreachable(String reason) implements PushServiceReply {}

    Set<String> DEVICE_GONE = Set.of("item-not-found", "gone");
    Set<String> SERVICE_GONE = Set.of("remote-server-not-found", "remote-server-timeout", "service-unavailable");
    Set<String> TEMPORARY = Set.of("internal-server-error", "resource-constraint", "recipient-unavailable");

    static PushServiceReply of(Iq.Response response) {
        return switch (response) {
            case Iq.Result _ -> new Published();
            case Iq.Error error -> of(error.payload().elements().stream().filter(e -> e.is(Stanza.CLIENT, "error"))
                    .findFirst().orElse(Element.of(Stanza.CLIENT, "error")));
        };
    }

    private static PushServiceReply of(Element error) {
        var condition = StanzaError.conditionIn(error).orElse("undefined-condition");
        var reason = condition + error.child(StanzaError.NS, "text").map(t -> ": " + t.text()).orElse("");
        if (DEVICE_GONE.contains(condition)) return new Gone(reason);
        if (SERVICE_GONE.contains(condition)) return new Unreachable(reason);
        boolean temporary = TEMPORARY.contains(condition) || error.attribute("type").equals(Optional.of("wait"));
        return temporary ? new Busy(reason) : new Refused(reason);
    }
}
