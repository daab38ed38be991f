package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.Field;
import im.martlet.extensions.pubsub.rules.SendLast;
import im.martlet.extensions.pubsub.rules.Standing;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.storage.Affiliations.Affiliation;
import im.martlet.storage.Items;
import im.martlet.storage.Items.Last;
import im.martlet.stanza.Message;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was published last, for clients that have just come (XEP-0163 §4.3.4). Contacts are asked about many at a time, all
 * nodes of all of them in one question; and not faster than the client takes it.
 */
final class LastItems {
    static final int ACCOUNTS_AT_ONCE = 50;

    private final Items items;
    private final Outlet outlet;

    @Inject LastItems(Items items, Outlet outlet) {
        this.items = items;
        this.outlet = outlet;
    }

    /** For a session, on its mailbox: of accounts here. */
    void send(Session session, List<Jid> accounts, Set<String> nodes) {
        if (accounts.isEmpty() || nodes.isEmpty() || !session.isAvailable()) return;
        var some = accounts.subList(0, Math.min(ACCOUNTS_AT_ONCE, accounts.size()));
        for (Last last : items.last(some, nodes, session.jid())) message(last, session.jid()).ifPresent(outlet::send);
        var others = accounts.subList(some.size(), accounts.size());
        if (!others.isEmpty()) session.account().tell(Credit.UNLIMITED, // behind what was sent now
                () -> session.whenRoomy(() -> session.link().whenReady(() -> session.account().tell(Credit.UNLIMITED, () -> send(session, others, nodes)))));
    }

    /** For a client of another server, on the mailbox of the account. */
    void send(Jid account, Jid client, Set<String> nodes) {
        for (Last last : items.last(List.of(account), nodes, client)) message(last, client).ifPresent(outlet::send);
    }

    private static Optional<Message> message(Last last, Jid client) {
        var config = NodeConfig.read(last.config());
        var who = last.account().equals(client.bare()) ? Standing.OWNER
                : new Standing(last.affiliation().map(Affiliation::valueOf).orElse(Affiliation.NONE), last.seesPresence(), last.groups(), false);
        boolean wanted = config.sendLast() == SendLast.ON_SUB_AND_PRESENCE && config.is(Field.DELIVER_NOTIFICATIONS) && last.item().place() > Retrieving.oldest(config);
        boolean shared = who.seesPresence() || who.affiliation() == Affiliation.OWNER; // §4 rule 2
        return wanted && shared && Notifier.mayRead(config, who) ? Optional.of(Notifier.last(last.account(), client, last.node(), config, last.item())) : Optional.empty();
    }
}
