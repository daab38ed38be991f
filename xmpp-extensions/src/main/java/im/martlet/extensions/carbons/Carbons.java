package im.martlet.extensions.carbons;

import static im.martlet.extension.Hook.To.OWN_ACCOUNT;
import static im.martlet.extension.Hook.bind2Request;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onDelivered;
import static im.martlet.extension.Hook.onReceive;
import static im.martlet.extension.Hook.onSet;

import im.martlet.address.Jid;
import im.martlet.extension.Delivery;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Query;
import im.martlet.extension.Verdict;
import im.martlet.im.CatchUp;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.MessageContent;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaIds;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * XEP-0280: copies each message of an account to its other sessions, so that all clients show the whole conversation.
 */
@Xep(number = 280, title = "Message Carbons", version = "1.0.1",
        note = "copies all messages that §6.1 recommends, except errors")
public final class Carbons implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Carbons.class);
    private static final Slots.Key<Boolean> ENABLED = Slots.Key.of("carbons.enabled", () -> false);

    @Override public List<Hook> hooks() {
        return List.of(
                feature(Namespaces.CARBONS),
                onSet(OWN_ACCOUNT, Namespaces.CARBONS, "enable", query -> enable(query, true)),
                onSet(OWN_ACCOUNT, Namespaces.CARBONS, "disable", query -> enable(query, false)),
                bind2Request(Namespaces.CARBONS, Carbons::enableInline),
                onReceive(InterceptorStage.STAMP, Carbons::stripForged),
                onDelivered(Carbons::copy));
    }

    /** Enables carbons while the session binds (XEP-0386 §3.2.1). Success needs no reply. */
    private static Optional<Element> enableInline(Session session, Element request) {
        if (request.name().equals("enable")) session.put(ENABLED, true);
        return Optional.empty();
    }

    private static Iq.Response enable(Query query, boolean on) {
        query.session().put(ENABLED, on);
        return query.result();
    }

    /** Removes forged carbons: a true carbon comes from the session's own account (§11). */
    private static Verdict stripForged(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m) || m.from().bare().equals(intercepted.account().jid()))
            return Verdict.pass();
        var clean = m.payload().without(MessageContent::isCarbon);
        return clean == m.payload() ? Verdict.pass() : Verdict.change(m.with(clean));
    }

    /** Sends a copy to each enabled session that has not got the message (§7 and §8 in one rule). */
    private static void copy(Delivery delivery) {
        if (!(delivery.stanza() instanceof Message m)) return;
        boolean sent = delivery.direction() == InterceptedStanza.Direction.SENT;
        Jid self = delivery.account().jid();
        // the account also receives it and copies it then
        if (sent && m.to() instanceof Jid to && to.bare().equals(self)) return;
        Payload forwarded = null; // the same for all sessions, written once
        for (Session session : delivery.account().sessions()) {
            if (!session.get(ENABLED) || delivery.reached().contains(session) || session.jid().equals(m.from()))
                continue;
            if (!sent && isOnItsWay(session, m)) {
                Decision.NOT_COPIED.log(LOG, "a session catches up and gets the message from the log", self, m);
                continue;
            }
            if (forwarded == null) {
                var reason = MessageContent.notCopiedBecause(m, sent);
                if (reason.isPresent()) {
                    Decision.NOT_COPIED.log(LOG, reason.get(), self, m);
                    return;
                }
                forwarded = forwarded(sent ? "sent" : "received", sent && m.log() != 0 ? StanzaIds.stamp(m, self) : m);
            }
            var carbon = new Message(m.type(), self, session.jid(), m.id(), "", forwarded);
            // its acknowledgement counts as delivery of the message
            session.send(sent ? carbon : carbon.logged(m.log()));
        }
    }

    /**
     * Returns whether a catching-up session will get the message from the log. It does not if the log lacks the
     * message, or if the message went to another session only.
     */
    private static boolean isOnItsWay(Session session, Message m) {
        return CatchUp.isOwed(session, m.log());
    }

    private static Payload forwarded(String wrapper, Message m) {
        return Payload.of(Element.of(Namespaces.CARBONS, wrapper)
                .with(Element.of(Namespaces.FORWARD, "forwarded").with(m.toElement())));
    }
}
