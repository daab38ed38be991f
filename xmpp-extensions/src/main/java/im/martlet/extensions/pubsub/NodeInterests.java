package im.martlet.extensions.pubsub;

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
 * The nodes that clients are interested in: the names that they announce with {@code +notify} (XEP-0060 §9.2). A
 * session keeps those of a local client, {@link RemoteNodeInterests} those of remote clients. A client with a new
 * interest gets the items that were published last.
 */
final class NodeInterests {
    private static final Slots.Key<Set<String>> KEY = Slots.Key.of("pep.interests", Set::of);
    private static final String NOTIFY = "+notify";
    private static final int MOST = 200; // nodes of one client

    private final ClientCaps caps;
    private final AccountDirectory directory;
    private final PresenceContacts contacts;
    private final RemoteNodeInterests remote;
    private final LastItems lastItems;

    @Inject NodeInterests(ClientCaps caps, AccountDirectory directory, PresenceContacts contacts,
            RemoteNodeInterests remote, LastItems lastItems) {
        this.lastItems = lastItems;
        this.caps = caps;
        this.directory = directory;
        this.contacts = contacts;
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

    // ---- local clients

    /** Called on the account's mailbox. */
    void handle(SessionEvent event) {
        switch (event) {
            case SessionEvent.Presented(var session, var presence) -> caps.resolve(presence, features -> session
                    .account().tell(Credit.UNLIMITED, () -> update(session, presence, nodes(features))));
            case SessionEvent.Unavailable(var session, _) -> session.put(KEY, Set.of());
            case SessionEvent.Bound _, SessionEvent.Available _, SessionEvent.ReadyForMessages _ -> {}
            case SessionEvent.Detached _, SessionEvent.BeforeEnd _, SessionEvent.Closed _ -> {}
        }
    }

    private void update(Session session, Presence presence, Set<String> nodes) {
        if (session.presence().filter(current -> current == presence).isEmpty()) return; // the session sent a later one
        var added = RemoteNodeInterests.added(session.get(KEY), nodes);
        session.put(KEY, nodes);
        if (!added.isEmpty()) lastItems.send(session, contacts.sources(session.account()),
                LastItemsRequest.of(presence, added));
    }

    // ---- received presence

    /** Called on the mailbox of the account that receives the stanza. */
    void handle(Delivery delivery) {
        if (delivery.direction() != InterceptedStanza.Direction.RECEIVED
                || !(delivery.stanza() instanceof Presence presence))
            return;
        var account = delivery.account();
        var from = presence.from();
        switch (presence.type()) {
            case AVAILABLE -> {
                if (from.isFull() && !contacts.isLocal(from) && contacts.maySee(account, from))
                    remoteAvailable(account, presence);
            }
            case UNAVAILABLE -> remote.remove(account.jid(), from);
            case SUBSCRIBED -> { // the account may now see the contact's nodes
                if (contacts.isLocal(from)) for (Session s : account.availableSessions())
                    lastItems.send(s, List.of(from.bare()), LastItemsRequest.newest(s.get(KEY)));
            }
            case SUBSCRIBE, UNSUBSCRIBE, UNSUBSCRIBED, PROBE, ERROR -> {}
        }
    }

    private void remoteAvailable(Account account, Presence presence) {
        var address = account.jid();
        var client = presence.from();
        remote.seen(address, presence);
        caps.resolve(presence, features -> directory.tell(address, Credit.UNLIMITED, _ -> {
            var added = remote.put(address, presence, nodes(features)); // empty if the client has gone offline
            if (!added.isEmpty()) lastItems.send(address, client, LastItemsRequest.of(presence, added));
        }));
    }
}
