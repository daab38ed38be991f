package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.extensions.pubsub.rules.SendLastItem;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.stanza.Message;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeItems;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.storage.pubsub.NodeItems.Last;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * What was published last, for clients that have just come (XEP-0163 §4.3.4); and, for those that say when they were
 * here, what was published since (XEP-0312). Contacts are asked about many at a time, all nodes of all of them in one
 * question; and not faster than the client takes it.
 */
final class LastItems {
    static final int ACCOUNTS_AT_ONCE = 50;
    private static final int NODES_AT_ONCE = 400; // of all of them together: what is read in one question is bounded
    private static final int BYTES_AT_ONCE = 1 << 20;

    private final NodeItems items;
    private final ScreenedSender outlet;

    @Inject LastItems(NodeItems items, ScreenedSender outlet) {
        this.items = items;
        this.outlet = outlet;
    }

    /** For a session, on its mailbox: of accounts here. */
    void send(Session session, List<Jid> accounts, LastItemsRequest wish) {
        if (accounts.isEmpty() || wish.nodes().isEmpty() || !session.isAvailable()) return;
        int most = Math.max(1, NODES_AT_ONCE / wish.nodes().size() / (wish.isForMore() ? NodeItems.INTERIM / 5 : 1));
        var some = accounts.subList(0, Math.min(Math.min(ACCOUNTS_AT_ONCE, most), accounts.size()));
        var others = accounts.subList(some.size(), accounts.size());
        var found = items.last(some, wish.nodes(), session.jid(), wish.after()).stream()
                .filter(last -> isFor(last, session.jid(), wish)).toList();
        send(session, found, () -> send(session, others, wish), others.isEmpty());
    }

    /** Items that were found; what has a large payload is fetched when it is its turn. */
    private void send(Session session, List<Last> found, Runnable then, boolean end) {
        long bytes = 0;
        for (int i = 0; i < found.size(); i++) {
            if (bytes > 0 && bytes + found.get(i).large() > BYTES_AT_ONCE) {
                var rest = found.subList(i, found.size());
                later(session, () -> send(session, rest, then, end));
                return;
            }
            bytes += found.get(i).large();
            message(found.get(i), session.jid()).ifPresent(outlet::send);
        }
        if (!end) later(session, then);
    }

    private static void later(Session session, Runnable what) {
        session.account().tell(Credit.UNLIMITED, // behind what was sent now
                () -> session
                        .whenRoomy(() -> session.link().whenReady(() -> session.account().tell(Credit.UNLIMITED, () -> {
                            if (session.isAvailable()) what.run();
                        }))));
    }

    /** For a client of another server, on the mailbox of the account. */
    void send(Jid account, Jid client, LastItemsRequest wish) {
        for (Last last : items.last(List.of(account), wish.nodes(), client, wish.after()))
            if (isFor(last, client, wish)) message(last, client).ifPresent(outlet::send);
    }

    private static boolean isFor(Last last, Jid client, LastItemsRequest wish) {
        var config = NodeConfig.read(last.config());
        var who = last.account().equals(client.bare()) ? NodeRelation.OWNER
                : new NodeRelation(last.affiliation().map(Affiliation::valueOf).orElse(Affiliation.NONE),
                        last.seesPresence(), last.groups(), false);
        boolean wanted = (config.sendLast() == SendLastItem.ON_SUB_AND_PRESENCE || last.item().place() > wish.after())
                && config.is(NodeConfigField.DELIVER_NOTIFICATIONS)
                && last.item().place() > RetrieveHandler.oldest(config);
        boolean shared = who.seesPresence() || who.affiliation() == Affiliation.OWNER; // §4 rule 2
        return wanted && shared && Notifier.mayRead(config, who);
    }

    /** Empty when it is gone meanwhile. */
    private Optional<Message> message(Last last, Jid client) {
        return whole(last)
                .map(item -> Notifier.last(last.account(), client, last.node(), NodeConfig.read(last.config()), item));
    }

    private Optional<Item> whole(Last last) {
        return last.large() == 0 ? Optional.of(last.item())
                : items.named(last.key(), List.of(last.item().name())).stream().findFirst();
    }
}
