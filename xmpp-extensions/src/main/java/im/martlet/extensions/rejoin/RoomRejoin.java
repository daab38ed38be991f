package im.martlet.extensions.rejoin;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.routing.LocalDomains;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the rooms of remote servers that local clients join and leave, and rejoins a room for a client that the room
 * lost.
 */
@Xep(number = 410, title = "MUC Self-Ping", version = "1.1.0",
        note = "answered by rooms; the server pings remote rooms for its clients and rejoins a room that lost one")
public final class RoomRejoin implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(RoomRejoin.class);
    private static final int MOST = 200; // rooms of one client
    /** The stays of a session, by room. */
    private static final Slots.Key<Map<Jid, RemoteRoomStay>> STAYS = Slots.Key.of("rejoin.stays", HashMap::new);

    private final LocalDomains local;
    private final RejoinSchedule schedule;
    private final RejoinStanzas stanzas;

    @Inject RoomRejoin(LocalDomains local, RejoinSchedule schedule, RejoinStanzas stanzas) {
        this.local = local;
        this.schedule = schedule;
        this.stanzas = stanzas;
    }

    @Override public List<Hook> hooks() {
        if (!schedule.isEnabled()) return List.of();
        return List.of(Hook.onSend(InterceptorStage.STAMP, this::sent),
                Hook.onReceive(InterceptorStage.SCREEN, this::received),
                new Hook.Background(() -> schedule.start(this::check), schedule::stop));
    }

    // ---- stanzas from clients

    private Verdict sent(InterceptedStanza intercepted) {
        if (intercepted.stanza() instanceof Presence p && p.to() instanceof Jid to && to.hasLocal()
                && !local.isHost(to.domain()) && local.service(to.domain()).isEmpty())
            intercepted.account().session(p.from()).ifPresent(session -> presenceSent(session, p, to));
        return Verdict.pass();
    }

    private void presenceSent(Session session, Presence p, Jid to) {
        var stays = session.get(STAYS);
        if (p.type() == Presence.Type.UNAVAILABLE) stays.remove(to.bare());
        else if (p.type() == Presence.Type.AVAILABLE && to.isFull()) p.child(MucXml.NS, "x").ifPresent(x -> {
            var stay = stays.get(to.bare());
            if (stay != null) stay.joining(to, x.childText("password"));
            else if (stays.size() < MOST) {
                stays.put(to.bare(), new RemoteRoomStay(to, x.childText("password"), Instant.now()));
                schedule.watch(to.domain(), session.account().jid());
            }
        });
    }

    // ---- stanzas from rooms

    private Verdict received(InterceptedStanza intercepted) {
        var stanza = intercepted.stanza();
        if (!(stanza.to() instanceof Jid to) || !to.isFull()) return Verdict.pass();
        var session = intercepted.account().session(to);
        var stay = session.flatMap(s -> Optional.ofNullable(s.get(STAYS).get(stanza.from().bare())));
        return stay.isEmpty() ? Verdict.pass() : received(session.orElseThrow(), stay.get(), stanza);
    }

    private Verdict received(Session session, RemoteRoomStay stay, Stanza stanza) {
        return switch (stanza) {
            case Presence p when p.type() == Presence.Type.ERROR -> errorReceived(session, stay, p);
            case Presence p when p.from().isFull() -> presenceReceived(session, stay, p);
            case Message m when m.type() == Message.Type.GROUPCHAT -> {
                stay.message(Instant.now());
                yield Verdict.pass();
            }
            case Iq.Response answer when stay.isPing(answer.id()) && answer.from().equals(stay.as()) -> {
                stanzas.pong(session, stay, answer);
                yield drop("it answers a ping that the server sent", session, answer);
            }
            case Presence _, Message _, Iq _ -> Verdict.pass();
        };
    }

    private static Verdict drop(String reason, Session session, Stanza stanza) {
        Decision.DROPPED.log(LOG, reason, session.account().jid(), stanza);
        return Verdict.drop();
    }

    private Verdict presenceReceived(Session session, RemoteRoomStay stay, Presence p) {
        boolean own = isOwn(p);
        switch (p.type()) {
            case AVAILABLE -> {
                if (own) stay.joined(p.from()).forEach(nick -> stanzas.occupantLeft(session, stay, nick));
                else stay.occupantSeen(p.from().resource());
            }
            case UNAVAILABLE -> {
                // "an s2s link fails between the MUC and the removed user's server"
                boolean linkFailed = hasStatus(p, "333");
                boolean takesNewNick = hasStatus(p, "303");
                if (!own) stay.occupantLeft(p.from().resource());
                else if (linkFailed && stay.mayRejoin(Instant.now())) {
                    stanzas.rejoin(session, stay);
                    return drop("the server rejoins the room for the client", session, p);
                } else if (!takesNewNick) session.get(STAYS).remove(p.from().bare());
            }
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE, ERROR -> {}
        }
        return Verdict.pass();
    }

    private Verdict errorReceived(Session session, RemoteRoomStay stay, Presence error) {
        return switch (stay.state()) {
            case JOINING -> {
                session.get(STAYS).remove(error.from().bare());
                yield Verdict.pass();
            }
            case JOINED, PINGED -> Verdict.pass();
            case REJOINING -> {
                if (RejoinStanzas.isUnreachable(error)) {
                    stay.confirmed(); // the next check pings the room
                    schedule.checkSoon(error.from().domain());
                    yield drop("the room cannot be reached; the server tries again", session, error);
                }
                session.get(STAYS).remove(error.from().bare());
                yield Verdict.change(RejoinStanzas.removal(stay, Objects.requireNonNull(error.to())));
            }
        };
    }

    private static boolean isOwn(Presence p) { return hasStatus(p, "110"); }

    private static boolean hasStatus(Presence p, String code) {
        return p.child(MucXml.USER, "x").map(Element::children).orElse(List.of()).stream()
                .anyMatch(e -> e.is(MucXml.USER, "status") && e.attribute("code").filter(code::equals).isPresent());
    }

    // ---- checks

    /** Pings the rooms of a domain for the clients of an account. Returns whether the account has clients in any. */
    private boolean check(Account account, String domain) {
        boolean any = false;
        for (Session session : account.sessions())
            for (var stay : session.get(STAYS).entrySet()) if (stay.getKey().domain().equals(domain)) {
                any = true;
                if (stay.getValue().state() != RemoteRoomStay.State.JOINING) stanzas.ping(session, stay.getValue());
            }
        return any;
    }
}
