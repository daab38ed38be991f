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

/** Sends stanzas to a room for a client, and to the client for the room (XEP-0410 §3, XEP-0045 §7.2). */
final class RejoinStanzas {
    /** Conditions of errors that mean that the room could not be reached. */
    private static final Set<String> UNREACHABLE = Set.of("remote-server-not-found", "remote-server-timeout");
    /** Conditions of errors that only an occupant gets (XEP-0410 §3.1). */
    private static final Set<String> OCCUPANT =
            Set.of("service-unavailable", "feature-not-implemented", "item-not-found");

    private final Router router;
    private final RejoinSchedule schedule;

    @Inject RejoinStanzas(Router router, RejoinSchedule schedule) {
        this.router = router;
        this.schedule = schedule;
    }

    /** Asks the room whether a client is still an occupant (XEP-0410 §3). */
    void ping(Session session, RemoteRoomStay stay) {
        String id = RandomIds.next();
        stay.pinged(id);
        router.route(new Iq.Get(session.jid(), stay.as(), id, "", Payload.of(Element.of(Namespaces.PING, "ping"))));
    }

    /** Takes the answer to a ping, and rejoins the room if the client is no longer an occupant. */
    void pong(Session session, RemoteRoomStay stay, Iq.Response answer) {
        if (!answer.isError() || has(answer, OCCUPANT)) stay.confirmed();
        else if (isUnreachable(answer)) {
            stay.confirmed();
            schedule.checkSoon(stay.as().domain());
        } else rejoin(session, stay);
    }

    /**
     * Joins the room again for a client, with the history since the last message. The client recognizes messages that
     * it has already by their ids.
     */
    void rejoin(Session session, RemoteRoomStay stay) {
        stay.rejoining();
        var x = Element.of(MucXml.NS, "x")
                .with(Element.of(MucXml.NS, "history").with("since",
                        stay.lastMessage().truncatedTo(ChronoUnit.SECONDS)));
        if (stay.password().isPresent()) x = x.with(Element.of(MucXml.NS, "password").withText(stay.password().get()));
        var payload = session.presence().map(Presence::payload).orElse(Payload.EMPTY);
        router.route(
                new Presence(Presence.Type.AVAILABLE, session.jid(), stay.as(), RandomIds.next(), "", payload.with(x)));
    }

    /** Tells the client that an occupant left the room while the client was out. */
    void occupantLeft(Session session, RemoteRoomStay stay, String nick) {
        var item = Element.of(MucXml.USER, "item").with("affiliation", "none").with("role", "none");
        session.send(new Presence(Presence.Type.UNAVAILABLE, stay.as().bare().withResource(nick), session.jid(), "", "",
                Payload.of(MucXml.x(item))));
    }

    /** Returns the presence that tells a client that it is out of the room, when rejoining failed. */
    static Presence removal(RemoteRoomStay stay, Jid client) {
        var item = Element.of(MucXml.USER, "item").with("affiliation", "none").with("role", "none");
        return new Presence(Presence.Type.UNAVAILABLE, stay.as(), client, "", "", Payload.of(MucXml.x(item, 110, 333)));
    }

    static boolean isUnreachable(Stanza error) { return has(error, UNREACHABLE); }

    private static boolean has(Stanza error, Set<String> conditions) {
        return StanzaError.conditionIn(error).filter(conditions::contains).isPresent();
    }
}
