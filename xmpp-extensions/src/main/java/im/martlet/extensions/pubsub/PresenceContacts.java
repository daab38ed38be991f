package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.im.Visibility;
import im.martlet.routing.LocalDomains;
import im.martlet.session.Account;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whom an account shares presence with, and which of them are here. On the account's mailbox. */
record PresenceContacts(Visibility visibility, LocalDomains domains) {
    @Inject PresenceContacts {}

    boolean isHere(Jid contact) { return domains.isHost(contact.domain()); }

    boolean maySee(Account account, Jid contact) { return visibility.maySee(account, contact); }

    Set<String> groups(Account account, Jid contact) { return visibility.groups(account, contact); }

    /** Contacts that may see the account's presence. */
    Collection<Jid> audience(Account account) {
        return visibility.audience(account);
    }

    /** The account itself, and accounts here whose presence it may see. */
    List<Jid> sources(Account account) {
        return Stream.concat(Stream.of(account.jid()), visibility.seen(account).stream().filter(this::isHere)).toList();
    }
}
