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
 * Notifies the clients that receive an account's events without a subscription (XEP-0163 §4.3). These are the account's
 * own clients, and those of contacts that may see its presence, if they announce their interest. The mailbox of a local
 * contact knows the interests of its clients.
 */
final class PepRecipients {
    private final PresenceContacts contacts;
    private final AccountDirectory directory;
    private final RemoteNodeInterests remote;
    private final ScreenedSender sender;

    @Inject PepRecipients(PresenceContacts contacts, AccountDirectory directory, RemoteNodeInterests remote,
            ScreenedSender sender) {
        this.contacts = contacts;
        this.directory = directory;
        this.remote = remote;
        this.sender = sender;
    }

    NodeRelation relationOf(Account account, Jid entity) {
        if (entity.bare().equals(account.jid())) return NodeRelation.OWNER;
        return new NodeRelation(Affiliation.NONE, contacts.maySee(account, entity), contacts.groups(account, entity),
                false);
    }

    void notifyInterested(Account account, String node, Message notification, Predicate<NodeRelation> mayReceive,
            Map<Jid, Affiliation> affiliations, Set<Jid> subscribed) {
        if (!subscribed.contains(account.jid())) notifyClients(account, node, notification);
        for (Jid contact : contacts.audience(account))
            if (!subscribed.contains(contact)
                    && mayReceive.test(Notifier.relation(relationOf(account, contact), affiliations, contact, false)))
                notifyContact(account, contact, node, notification);
    }

    private void notifyContact(Account account, Jid contact, String node, Message notification) {
        if (!sender.admits(account, notification.withTo(contact))) return;
        if (contacts.isLocal(contact)) directory.tellLive(contact, live -> notifyClients(live, node, notification));
        else for (Jid client : remote.of(account.jid(), contact, node))
            sender.send(account, notification.withTo(client));
    }

    /** Called on the mailbox of the account that receives the notification. */
    private void notifyClients(Account recipient, String node, Message notification) {
        for (Session session : recipient.availableSessions())
            if (NodeInterests.has(session, node)) sender.send(notification.withTo(session.jid()));
    }

    void send(Account account, Message notification) { sender.send(account, notification); }
}
