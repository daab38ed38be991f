package im.martlet.extensions.rejoin;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.routing.Router;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/** What is said to a room for a device, and to the device for the room (XEP-0410 §3, XEP-0045 §7.2). */
final class RejoinStanzas {
    /** What says that the room could not be asked. */
    private static final Set<String> UNREACHABLE = Set.of("remote-server-not-found", "remote-server-timeout");
    /** XEP-0410 §3.1: these are answers of who is in the room. */
    private static final Set<String> THERE = Set.of("service-unavailable", "feature-not-implemented", "item-not-found");

    private final Router router;
    private final RejoinSchedule rounds;

    @Inject RejoinStanzas(Router router, RejoinSchedule rounds) {
        this.router = router;
        this.rounds = rounds;
    }

    /** Asks whether a device is still there. */
    void ask(Session session, RemoteRoomStay stay) {
        String id = RandomIds.next();
        stay.asks(id);
        router.route(new Iq.Get(session.jid(), stay.as(), id, "", Payload.of(Element.of(Namespaces.PING, "ping"))));
    }

    /** Takes the answer. */
    void answered(Session session, RemoteRoomStay stay, Iq.Response answer) {
        if (!answer.isError() || has(answer, THERE)) stay.stays();
        else if (isUnreachable(answer)) {
            stay.stays();
            rounds.soon(stay.as().domain());
        } else enter(session, stay);
    }

    /** What was said since then comes, too; what the device has got already it knows by its id. */
    void enter(Session session, RemoteRoomStay stay) {
        stay.entersAgain();
        var x = Element.of(MucXml.NS, "x")
                .with(Element.of(MucXml.NS, "history").with("since", stay.heard().truncatedTo(ChronoUnit.SECONDS)));
        if (stay.password().isPresent()) x = x.with(Element.of(MucXml.NS, "password").withText(stay.password().get()));
        var shown = session.presence().map(Presence::payload).orElse(Payload.EMPTY);
        router.route(
                new Presence(Presence.Type.AVAILABLE, session.jid(), stay.as(), RandomIds.next(), "", shown.with(x)));
    }

    /** Tells the device of somebody who has gone while it was not there. */
    void gone(Session session, RemoteRoomStay stay, String nick) {
        var item = Element.of(MucXml.USER, "item").with("affiliation", "none").with("role", "none");
        session.send(new Presence(Presence.Type.UNAVAILABLE, stay.as().bare().withResource(nick), session.jid(), "", "",
                Payload.of(MucXml.x(item))));
    }

    /** What a device is told when it could not be brought in again. */
    static Presence out(RemoteRoomStay stay, Jid device) {
        var item = Element.of(MucXml.USER, "item").with("affiliation", "none").with("role", "none");
        return new Presence(Presence.Type.UNAVAILABLE, stay.as(), device, "", "", Payload.of(MucXml.x(item, 110, 333)));
    }

    static boolean isUnreachable(Stanza error) { return has(error, UNREACHABLE); }

    private static boolean has(Stanza error, Set<String> conditions) {
        return error.child(Stanza.CLIENT, "error").stream().flatMap(e -> e.children().stream())
                .anyMatch(c -> c.namespace().equals(StanzaError.NS) && conditions.contains(c.name()));
    }
}
