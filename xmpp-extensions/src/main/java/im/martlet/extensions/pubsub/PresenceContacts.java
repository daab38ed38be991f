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

/**
 * The contacts that an account shares presence with, and which of them are accounts of this server. Used on the
 * account's mailbox.
 */
record PresenceContacts(Visibility visibility, LocalDomains domains) {
    @Inject PresenceContacts {}

    boolean isLocal(Jid contact) { return domains.isHost(contact.domain()); }

    boolean maySee(Account account, Jid contact) { return visibility.maySee(account, contact); }

    Set<String> groups(Account account, Jid contact) { return visibility.groups(account, contact); }

    /** Returns the contacts that may see the account's presence. */
    Collection<Jid> audience(Account account) {
        return visibility.audience(account);
    }

    /** Returns the account itself, and the local accounts that let it see their presence. */
    List<Jid> sources(Account account) {
        return Stream.concat(Stream.of(account.jid()), visibility.seen(account).stream().filter(this::isLocal))
                .toList();
    }
}
