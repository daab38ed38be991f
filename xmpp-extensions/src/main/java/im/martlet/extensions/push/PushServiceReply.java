package im.martlet.extensions.push;

import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.xml.Element;
import java.util.Optional;
import java.util.Set;

/** What a service has answered, and so what becomes of the registration there (XEP-0357 §7.1). Pure. */
sealed interface PushServiceReply {
    /** It has the notification. */
    record Published() implements PushServiceReply {}

    /** There is no such node any more: so there is no such device. */
    record Gone(String why) implements PushServiceReply {}

    /** It will not have it. */
    record Refused(String why) implements PushServiceReply {}

    /** Not now. */
    record Busy(String why) implements PushServiceReply {}

    /** It cannot be reached. */
    record Unreachable(String why) implements PushServiceReply {}

    Set<String> NO_DEVICE = Set.of("item-not-found", "gone");
    Set<String> NOT_THERE = Set.of("remote-server-not-found", "remote-server-timeout", "service-unavailable");
    Set<String> PASSING = Set.of("internal-server-error", "resource-constraint", "recipient-unavailable");

    static PushServiceReply of(Iq.Response response) {
        return switch (response) {
            case Iq.Result _ -> new Published();
            case Iq.Error error -> of(error.payload().elements().stream().filter(e -> e.is(Stanza.CLIENT, "error"))
                    .findFirst().orElse(Element.of(Stanza.CLIENT, "error")));
        };
    }

    private static PushServiceReply of(Element error) {
        var condition =
                error.children().stream().filter(e -> e.namespace().equals(StanzaError.NS) && !e.name().equals("text"))
                        .map(Element::name).findFirst().orElse("undefined-condition");
        var why = condition + error.child(StanzaError.NS, "text").map(t -> ": " + t.text()).orElse("");
        if (NO_DEVICE.contains(condition)) return new Gone(why);
        if (NOT_THERE.contains(condition)) return new Unreachable(why);
        boolean passes = PASSING.contains(condition) || error.attribute("type").equals(Optional.of("wait"));
        return passes ? new Busy(why) : new Refused(why);
    }
}
