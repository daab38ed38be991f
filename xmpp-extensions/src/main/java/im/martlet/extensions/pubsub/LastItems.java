package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.extensions.pubsub.rules.SendLastItem;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.spec.Xep;
import im.martlet.stanza.Message;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeItems;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.storage.pubsub.NodeItems.Last;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * Sends the items that were published last to clients that come online (XEP-0163 §4.3.4). A client that says how long
 * it was offline gets all items since then (XEP-0312). One query reads all nodes of many contacts. The next query waits
 * until the client has received the items.
 */
@Xep(number = 312, title = "PubSub Since", version = "0.3",
        note = "nodes of accounts; of each node no more than the 50 newest items")
final class LastItems {
    static final int ACCOUNTS_AT_ONCE = 50;
    private static final int NODES_AT_ONCE = 400; // accounts times nodes in one query
    private static final int BYTES_AT_ONCE = 1 << 20;

    private final NodeItems items;
    private final ScreenedSender sender;

    @Inject LastItems(NodeItems items, ScreenedSender sender) {
        this.items = items;
        this.sender = sender;
    }

    /** Sends the last items of local accounts to a session. Called on the session's mailbox. */
    void send(Session session, List<Jid> accounts, LastItemsRequest request) {
        if (accounts.isEmpty() || request.nodes().isEmpty() || !session.isAvailable()) return;
        int itemsPerNode = request.wantsOlderItems() ? NodeItems.INTERIM / 5 : 1;
        int most = Math.max(1, NODES_AT_ONCE / request.nodes().size() / itemsPerNode);
        var first = accounts.subList(0, Math.min(Math.min(ACCOUNTS_AT_ONCE, most), accounts.size()));
        var others = accounts.subList(first.size(), accounts.size());
        var found = items.last(first, request.nodes(), session.jid(), request.after()).stream()
                .filter(last -> mayReceive(last, session.jid(), request)).toList();
        send(session, found, () -> send(session, others, request), others.isEmpty());
    }

    /** Sends items that a query found. Reads a large payload only when its turn comes. */
    private void send(Session session, List<Last> found, Runnable next, boolean end) {
        long bytes = 0;
        for (int i = 0; i < found.size(); i++) {
            if (bytes > 0 && bytes + found.get(i).large() > BYTES_AT_ONCE) {
                var rest = found.subList(i, found.size());
                whenReady(session, () -> send(session, rest, next, end));
                return;
            }
            bytes += found.get(i).large();
            message(found.get(i), session.jid()).ifPresent(sender::send);
        }
        if (!end) whenReady(session, next);
    }

    private static void whenReady(Session session, Runnable work) {
        session.account().tell(Credit.UNLIMITED, // runs after the items that were sent now
                () -> session
                        .whenRoomy(() -> session.link().whenReady(() -> session.account().tell(Credit.UNLIMITED, () -> {
                            if (session.isAvailable()) work.run();
                        }))));
    }

    /** Sends the last items of one account to a client of a remote server. Called on the account's mailbox. */
    void send(Jid account, Jid client, LastItemsRequest request) {
        for (Last last : items.last(List.of(account), request.nodes(), client, request.after()))
            if (mayReceive(last, client, request)) message(last, client).ifPresent(sender::send);
    }

    private static boolean mayReceive(Last last, Jid client, LastItemsRequest request) {
        var config = NodeConfig.read(last.config());
        var relation = last.account().equals(client.bare()) ? NodeRelation.OWNER
                : new NodeRelation(last.affiliation().map(Affiliation::valueOf).orElse(Affiliation.NONE),
                        last.seesPresence(), last.groups(), false);
        long position = last.item().place();
        boolean sent = (config.sendLast() == SendLastItem.ON_SUB_AND_PRESENCE || position > request.after())
                && config.is(NodeConfigField.DELIVER_NOTIFICATIONS) && position > RetrieveHandler.oldest(config);
        boolean sharesPresence = relation.seesPresence() || relation.affiliation() == Affiliation.OWNER; // §4 rule 2
        return sent && sharesPresence && Notifier.mayRead(config, relation);
    }

    /** Returns the notification; empty if the item was retracted meanwhile. */
    private Optional<Message> message(Last last, Jid client) {
        return whole(last).map(item -> Notifier.lastItem(last.account(), client, last.node(),
                NodeConfig.read(last.config()), item));
    }

    private Optional<Item> whole(Last last) {
        return last.large() == 0 ? Optional.of(last.item())
                : items.named(last.key(), List.of(last.item().name())).stream().findFirst();
    }
}
