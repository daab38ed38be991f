package im.martlet.im;

import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Presence.Type;
import im.martlet.storage.account.Rosters;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;

/** Presence that has come for an account (RFC 6121 §4.3.2, §8.5). */
public final class InboundPresence {
    private final Rosters rosters;
    private final SubscriptionHandler subscribing;
    private final Router router;

    @Inject InboundPresence(Rosters rosters, SubscriptionHandler subscribing, Router router) {
        this.rosters = rosters;
        this.subscribing = subscribing;
        this.router = router;
    }

    /** Answers who has seen it. */
    public List<Session> deliver(Account account, Presence presence) {
        var to = Objects.requireNonNull(presence.to());
        return switch (presence.type()) {
            case PROBE -> probed(account, presence);
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED -> subscribing.inbound(account, presence);
            case AVAILABLE, UNAVAILABLE ->
                    give(presence, to.isFull() ? account.session(to).stream().toList() : account.availableSessions());
            case ERROR -> to.isFull() ? give(presence, account.session(to).stream().toList())
                    : subscribing.failed(account, presence);
        };
    }

    private static List<Session> give(Presence presence, List<Session> sessions) {
        sessions.forEach(session -> session.send(presence));
        return sessions;
    }

    /** §4.3.2: who may see the account's presence is shown it, others are told that they may not. */
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
