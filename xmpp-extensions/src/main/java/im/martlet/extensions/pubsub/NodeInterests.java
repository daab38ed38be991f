package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extension.Delivery;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.SessionEvent;
import im.martlet.extensions.disco.ClientCaps;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.stanza.Presence;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which nodes clients want to hear of: those whose names they announce with {@code +notify} (XEP-0060 §9.2). Of ours,
 * the session knows; of others, {@link RemoteNodeInterests}. Whoever begins to be interested is sent what was published
 * last.
 */
final class NodeInterests {
    private static final Slots.Key<Set<String>> KEY = Slots.Key.of("pep.interests", Set::of);
    private static final String NOTIFY = "+notify";
    private static final int MOST = 200;

    private final ClientCaps caps;
    private final AccountDirectory directory;
    private final PresenceContacts circle;
    private final RemoteNodeInterests remote;
    private final LastItems lastItems;

    @Inject NodeInterests(ClientCaps caps, AccountDirectory directory, PresenceContacts circle,
            RemoteNodeInterests remote, LastItems lastItems) {
        this.lastItems = lastItems;
        this.caps = caps;
        this.directory = directory;
        this.circle = circle;
        this.remote = remote;
    }

    static boolean has(Session session, String node) {
        return session.isAvailable() && session.get(KEY).contains(node);
    }

    private static Set<String> nodes(Set<String> features) {
        return features.stream().filter(f -> f.endsWith(NOTIFY)).map(f -> f.substring(0, f.length() - NOTIFY.length()))
                .filter(node -> node.length() <= PubSubXml.LONGEST_NAME).limit(MOST)
                .collect(Collectors.toUnmodifiableSet());
    }

    // ---- our own clients

    /** On the account's mailbox. */
    void hear(SessionEvent event) {
        switch (event) {
            case SessionEvent.Presented(var session, var presence) -> caps.resolve(presence, features -> session
                    .account().tell(Credit.UNLIMITED, () -> interested(session, presence, nodes(features))));
            case SessionEvent.Unavailable(var session, _) -> session.put(KEY, Set.of());
            case SessionEvent.Bound _, SessionEvent.Available _, SessionEvent.ReadyForMessages _, SessionEvent.Detached _, SessionEvent.BeforeEnd _, SessionEvent.Closed _ ->
                    {}
        }
    }

    private void interested(Session session, Presence presence, Set<String> nodes) {
        if (session.presence().filter(current -> current == presence).isEmpty()) return; // it has sent another, or has gone
        var news = Pep.news(session.get(KEY), nodes);
        session.put(KEY, nodes);
        if (!news.isEmpty())
            lastItems.send(session, circle.sources(session.account()), LastItemsRequest.of(presence, news));
    }

    // ---- presence that has come

    /** On the mailbox of who it has come for. */
    void hear(Delivery delivery) {
        if (delivery.direction() != InterceptedStanza.Direction.RECEIVED
                || !(delivery.stanza() instanceof Presence presence))
            return;
        var account = delivery.account();
        var from = presence.from();
        switch (presence.type()) {
            case AVAILABLE -> {
                if (from.isFull() && !circle.isHere(from) && circle.maySee(account, from)) arrived(account, presence);
            }
            case UNAVAILABLE -> remote.remove(account.jid(), from);
            case SUBSCRIBED -> {
                if (circle.isHere(from)) for (Session s : account.availableSessions())
                    lastItems.send(s, List.of(from.bare()), LastItemsRequest.last(s.get(KEY)));
            } // it begins now
            case SUBSCRIBE, UNSUBSCRIBE, UNSUBSCRIBED, PROBE, ERROR -> {}
        }
    }

    private void arrived(Account account, Presence presence) {
        var of = account.jid();
        var from = presence.from();
        remote.seen(of, presence);
        caps.resolve(presence, features -> directory.tell(of, Credit.UNLIMITED, _ -> {
            var news = remote.put(of, presence, nodes(features)); // none of who has gone meanwhile
            if (!news.isEmpty()) lastItems.send(of, from, LastItemsRequest.of(presence, news));
        }));
    }
}
