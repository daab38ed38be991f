package im.martlet.archive;

import im.martlet.address.Jid;
import im.martlet.im.Visibility;
import im.martlet.session.Account;
import im.martlet.session.Slots;
import im.martlet.stanza.Decision;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.storage.log.ArchivePreferences;
import im.martlet.storage.log.ArchivePreferences.Preferences;
import jakarta.inject.Inject;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which messages an account archives, by its preferences (XEP-0441). On the account's mailbox. */
public final class ArchivePolicy {
    private static final Logger LOG = LoggerFactory.getLogger(ArchivePolicy.class);
    private static final Slots.Key<Preferences> PREFERENCES = Slots.Key.empty("archive.preferences");

    private final ArchivePreferences store;
    private final Visibility visibility;

    @Inject ArchivePolicy(ArchivePreferences store, Visibility visibility) {
        this.store = store;
        this.visibility = visibility;
    }

    /** Returns the preferences of an account. */
    public Preferences of(Account account) {
        return account.get(PREFERENCES, () -> store.of(account.existingKey()));
    }

    /** Stores the preferences of an account. */
    public void set(Account account, Preferences preferences) {
        store.put(account.existingKey(), preferences);
        account.put(PREFERENCES, preferences);
    }

    /** Returns how long an account keeps a message that it exchanges with a contact. */
    KeepPolicy keepPolicy(Account account, Jid contact, Message m) {
        var keep = KeepPolicy.of(m);
        if (keep != KeepPolicy.HISTORY) {
            if (LOG.isDebugEnabled())
                Decision.NOT_ARCHIVED.log(LOG, KeepPolicy.notHistoryBecause(m), account.jid(), m);
            return keep;
        }
        if (archives(account, contact)) return keep;
        Decision.NOT_ARCHIVED.log(LOG, "the archive preferences of the account exclude this contact", account.jid(), m);
        return KeepPolicy.UNTIL_DELIVERED;
    }

    private boolean archives(Account account, Jid contact) {
        var preferences = of(account);
        if (contains(preferences.never(), contact)) return false;
        if (contains(preferences.always(), contact)) return true;
        return switch (preferences.standard()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case ROSTER -> visibility.isContact(account, contact);
        };
    }

    /** §2.3.1: a listed bare JID matches all resources. */
    private static boolean contains(Set<Jid> listed, Jid contact) {
        return !listed.isEmpty() && (listed.contains(contact) || listed.contains(contact.bare()));
    }
}
