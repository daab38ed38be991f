package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Presence;
import im.martlet.storage.account.Rosters;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Set;

/**
 * Tells which contacts see the presence of an account, and hides an account from contacts, as blocking does (XEP-0191
 * §3.3, §3.4). On the account's mailbox.
 */
public final class Visibility {
    private final Rosters rosters;
    private final Router router;

    @Inject Visibility(Rosters rosters, Router router) {
        this.rosters = rosters;
        this.router = router;
    }

    /** Sends unavailable presence to the contacts that may see the account's presence. */
    public void hide(Account account, Collection<Jid> contacts) {
        for (Session session : account.availableSessions()) for (Jid contact : contacts)
            if (SubscriptionHandler.maySee(account, contact, rosters))
                router.route(Presence.of(Presence.Type.UNAVAILABLE, session.jid(), contact));
    }

    /** Sends the current presence to the contacts that may see it. */
    public void show(Account account, Collection<Jid> contacts) {
        for (Session session : account.availableSessions()) for (Jid contact : contacts)
            if (SubscriptionHandler.maySee(account, contact, rosters))
                router.route(session.presence().orElseThrow().withTo(contact));
    }

    /** Returns true if a contact may see the account's presence. */
    public boolean maySee(Account account, Jid contact) {
        return SubscriptionHandler.maySee(account, contact, rosters);
    }

    /** Returns true if a contact is on the account's roster. */
    public boolean isContact(Account account, Jid contact) {
        return Contacts.of(account, rosters).get(contact).listed();
    }

    /** Returns the roster groups of a contact. */
    public Set<String> groups(Account account, Jid contact) {
        return Contacts.of(account, rosters).get(contact).groups();
    }

    /** Returns the contacts that let the account see their presence. */
    public Collection<Jid> seen(Account account) {
        return Contacts.of(account, rosters).all().stream().filter(item -> item.subscription().hasTo())
                .map(item -> item.contact()).toList();
    }

    /** Returns the contacts that may see the account's presence. */
    public Collection<Jid> audience(Account account) {
        return Contacts.of(account, rosters).all().stream().filter(item -> item.subscription().hasFrom())
                .map(item -> item.contact()).toList();
    }
}
