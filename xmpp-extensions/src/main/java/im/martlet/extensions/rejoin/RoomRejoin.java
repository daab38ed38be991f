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

/**
 * Watches which rooms of other servers the devices of accounts enter and leave, and brings them in again when a room
 * has lost them.
 */
@Xep(number = 410, title = "MUC Self-Ping", version = "1.1.0",
        note = "answered by rooms; rooms of other servers are asked for devices, which are brought in again when they were lost")
public final class RoomRejoin implements Extension {
    private static final int MOST = 200; // rooms of one device
    private static final Slots.Key<Map<Jid, RemoteRoomStay>> STAYS = Slots.Key.of("rejoin.stays", HashMap::new); // by room

    private final LocalDomains local;
    private final RejoinSchedule rounds;
    private final RejoinStanzas returning;

    @Inject RoomRejoin(LocalDomains local, RejoinSchedule rounds, RejoinStanzas returning) {
        this.local = local;
        this.rounds = rounds;
        this.returning = returning;
    }

    @Override public List<Hook> hooks() {
        if (!rounds.isEnabled()) return List.of();
        return List.of(Hook.onSend(InterceptorStage.STAMP, this::sent),
                Hook.onReceive(InterceptorStage.SCREEN, this::received),
                new Hook.Background(() -> rounds.start(this::look), rounds::stop));
    }

    // ---- what devices say

    private Verdict sent(InterceptedStanza intercepted) {
        if (intercepted.stanza() instanceof Presence p && p.to() instanceof Jid to && to.hasLocal()
                && !local.isHost(to.domain()) && local.service(to.domain()).isEmpty())
            intercepted.account().session(p.from()).ifPresent(session -> shows(session, p, to));
        return Verdict.pass();
    }

    private void shows(Session session, Presence p, Jid to) {
        var stays = session.get(STAYS);
        if (p.type() == Presence.Type.UNAVAILABLE) stays.remove(to.bare());
        else if (p.type() == Presence.Type.AVAILABLE && to.isFull()) p.child(MucXml.NS, "x").ifPresent(x -> {
            var known = stays.get(to.bare());
            if (known != null) known.enters(to, x.childText("password"));
            else if (stays.size() < MOST) {
                stays.put(to.bare(), new RemoteRoomStay(to, x.childText("password"), Instant.now()));
                rounds.note(to.domain(), session.account().jid());
            }
        });
    }

    // ---- what rooms say

    private Verdict received(InterceptedStanza intercepted) {
        var stanza = intercepted.stanza();
        if (!(stanza.to() instanceof Jid to) || !to.isFull()) return Verdict.pass();
        var session = intercepted.account().session(to);
        var stay = session.flatMap(s -> Optional.ofNullable(s.get(STAYS).get(stanza.from().bare())));
        return stay.isEmpty() ? Verdict.pass() : received(session.orElseThrow(), stay.get(), stanza);
    }

    private Verdict received(Session session, RemoteRoomStay stay, Stanza stanza) {
        return switch (stanza) {
            case Presence p when p.type() == Presence.Type.ERROR -> refused(session, stay, p);
            case Presence p when p.from().isFull() -> shown(session, stay, p);
            case Message m when m.type() == Message.Type.GROUPCHAT -> {
                stay.hears(Instant.now());
                yield Verdict.pass();
            }
            case Iq.Response answer when stay.isAsked(answer.id()) && answer.from().equals(stay.as()) -> {
                returning.answered(session, stay, answer);
                yield Verdict.drop();
            }
            case Presence _, Message _, Iq _ -> Verdict.pass();
        };
    }

    private Verdict shown(Session session, RemoteRoomStay stay, Presence p) {
        boolean own = isOwn(p);
        switch (p.type()) {
            case AVAILABLE -> {
                if (own) stay.isIn(p.from()).forEach(nick -> returning.gone(session, stay, nick));
                else stay.sees(p.from().resource());
            }
            case UNAVAILABLE -> {
                if (!own) stay.missesNobody(p.from().resource());
                else if (hasStatus(p, "333") && stay.mayReturn(Instant.now())) { // "an s2s link fails between the MUC and the removed user's server"
                    returning.enter(session, stay);
                    return Verdict.drop();
                } else if (!hasStatus(p, "303")) session.get(STAYS).remove(p.from().bare()); // the device is told that it is out, and may enter again
            }
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE, ERROR -> {}
        }
        return Verdict.pass();
    }

    private Verdict refused(Session session, RemoteRoomStay stay, Presence error) {
        return switch (stay.state()) {
            case ENTERING -> {
                session.get(STAYS).remove(error.from().bare());
                yield Verdict.pass();
            }
            case IN, ASKED -> Verdict.pass();
            case ENTERING_AGAIN -> {
                if (RejoinStanzas.isUnreachable(error)) {
                    stay.stays(); // it is asked again later
                    rounds.soon(error.from().domain());
                    yield Verdict.drop();
                }
                session.get(STAYS).remove(error.from().bare());
                yield Verdict.change(RejoinStanzas.out(stay, Objects.requireNonNull(error.to())));
            }
        };
    }

    private static boolean isOwn(Presence p) { return hasStatus(p, "110"); }

    private static boolean hasStatus(Presence p, String code) {
        return p.child(MucXml.USER, "x").map(Element::children).orElse(List.of()).stream()
                .anyMatch(e -> e.is(MucXml.USER, "status") && e.attribute("code").filter(code::equals).isPresent());
    }

    // ---- the rounds

    /** Asks rooms of a domain whether the devices of an account are still there. @return whether it has any there */
    private boolean look(Account account, String domain) {
        boolean any = false;
        for (Session session : account.sessions())
            for (var stay : session.get(STAYS).entrySet()) if (stay.getKey().domain().equals(domain)) {
                any = true;
                if (stay.getValue().state() != RemoteRoomStay.State.ENTERING) returning.ask(session, stay.getValue());
            }
        return any;
    }
}
