package im.martlet.im;

import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Presence.Type;
import im.martlet.storage.account.Rosters;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers presence that has arrived for an account (RFC 6121 §4.3.2, §8.5). On the account's mailbox. */
public final class InboundPresence {
    private static final Logger LOG = LoggerFactory.getLogger(InboundPresence.class);

    private final Rosters rosters;
    private final SubscriptionHandler subscriptions;
    private final Router router;

    @Inject InboundPresence(Rosters rosters, SubscriptionHandler subscriptions, Router router) {
        this.rosters = rosters;
        this.subscriptions = subscriptions;
        this.router = router;
    }

    /** Delivers a presence. Returns the sessions that got it. */
    public List<Session> deliver(Account account, Presence presence) {
        var to = Objects.requireNonNull(presence.to());
        return switch (presence.type()) {
            case PROBE -> probed(account, presence);
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED -> subscriptions.inbound(account, presence);
            case AVAILABLE, UNAVAILABLE ->
                    send(presence, account,
                            to.isFull() ? account.session(to).stream().toList() : account.availableSessions());
            case ERROR -> to.isFull() ? send(presence, account, account.session(to).stream().toList())
                    : subscriptions.requestFailed(account, presence);
        };
    }

    private static List<Session> send(Presence presence, Account account, List<Session> sessions) {
        if (sessions.isEmpty())
            Decision.DROPPED.log(LOG, "no session of the account is available for it", account.jid(), presence);
        sessions.forEach(session -> session.send(presence));
        return sessions;
    }

    /** §4.3.2: answers a probe with the presence, or with "unsubscribed" if the sender may not see the presence. */
    private List<Session> probed(Account account, Presence probe) {
        var asker = probe.from();
        if (!SubscriptionHandler.maySee(account, asker, rosters)) {
            router.route(Presence.of(Type.UNSUBSCRIBED, account.jid(), asker.bare()));
            return List.of();
        }
        var available = account.availableSessions();
        for (Session session : available) router.route(session.presence().orElseThrow().withTo(asker));
        if (available.isEmpty()) router.route(Presence.of(Type.UNAVAILABLE, account.jid(), asker));
        return List.of();
    }
}
