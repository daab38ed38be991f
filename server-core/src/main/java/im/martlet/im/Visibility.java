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

/** Lets an account vanish from the sight of contacts and come back, as blocking does (XEP-0191 §3.3, §3.4). */
public final class Visibility {
    private final Rosters rosters;
    private final Router router;

    @Inject Visibility(Rosters rosters, Router router) {
        this.rosters = rosters;
        this.router = router;
    }

    /** Contacts that may see the account's presence see it go. */
    public void hide(Account account, Collection<Jid> contacts) {
        for (Session session : account.availableSessions()) for (Jid contact : contacts)
            if (SubscriptionHandler.maySee(account, contact, rosters))
                router.route(Presence.of(Presence.Type.UNAVAILABLE, session.jid(), contact));
    }

    /** Contacts that may see the account's presence see it again. */
    public void show(Account account, Collection<Jid> contacts) {
        for (Session session : account.availableSessions()) for (Jid contact : contacts)
            if (SubscriptionHandler.maySee(account, contact, rosters))
                router.route(session.presence().orElseThrow().withTo(contact));
    }

    /** Whether a contact may see the account's presence. */
    public boolean maySee(Account account, Jid contact) {
        return SubscriptionHandler.maySee(account, contact, rosters);
    }

    /** Whether somebody is on the account's roster. */
    public boolean isContact(Account account, Jid contact) {
        return Contacts.of(account, rosters).get(contact).listed();
    }

    /** The groups in which the account's roster has somebody. */
    public Set<String> groups(Account account, Jid contact) {
        return Contacts.of(account, rosters).get(contact).groups();
    }

    /** Contacts whose presence the account may see. */
    public Collection<Jid> seen(Account account) {
        return Contacts.of(account, rosters).all().stream().filter(item -> item.subscription().hasTo())
                .map(item -> item.contact()).toList();
    }

    /** Contacts that may see the account's presence. */
    public Collection<Jid> audience(Account account) {
        return Contacts.of(account, rosters).all().stream().filter(item -> item.subscription().hasFrom())
                .map(item -> item.contact()).toList();
    }
}
