package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Session;
import im.martlet.stanza.Message;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who hears of an account's events without having subscribed (XEP-0163 §4.3): its own devices and those of contacts who
 * may see its presence, if they say they are interested. Of a contact here, the contact's mailbox knows.
 */
final class PepRecipients {
    private final PresenceContacts circle;
    private final AccountDirectory directory;
    private final RemoteNodeInterests remote;
    private final ScreenedSender outlet;

    @Inject PepRecipients(PresenceContacts circle, AccountDirectory directory, RemoteNodeInterests remote,
            ScreenedSender outlet) {
        this.circle = circle;
        this.directory = directory;
        this.remote = remote;
        this.outlet = outlet;
    }

    NodeRelation standing(Account account, Jid who) {
        if (who.bare().equals(account.jid())) return NodeRelation.OWNER;
        return new NodeRelation(Affiliation.NONE, circle.maySee(account, who), circle.groups(account, who), false);
    }

    void tell(Account account, String node, Message notification, Predicate<NodeRelation> may,
            Map<Jid, Affiliation> affiliations, Set<Jid> subscribed) {
        if (!subscribed.contains(account.jid())) give(account, node, notification);
        for (Jid contact : circle.audience(account))
            if (!subscribed.contains(contact)
                    && may.test(Notifier.at(standing(account, contact), affiliations, contact, false)))
                tell(account, contact, node, notification);
    }

    private void tell(Account account, Jid contact, String node, Message notification) {
        if (!outlet.admits(account, notification.withTo(contact))) return;
        if (circle.isHere(contact)) directory.tellLive(contact, live -> give(live, node, notification));
        else for (Jid client : remote.of(account.jid(), contact, node))
            outlet.send(account, notification.withTo(client));
    }

    /** On the mailbox of who is told. */
    private void give(Account to, String node, Message notification) {
        for (Session session : to.availableSessions())
            if (NodeInterests.has(session, node)) outlet.send(notification.withTo(session.jid()));
    }

    void send(Account account, Message notification) { outlet.send(account, notification); }
}
