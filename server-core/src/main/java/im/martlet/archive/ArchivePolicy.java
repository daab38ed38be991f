package im.martlet.archive;

import im.martlet.address.Jid;
import im.martlet.im.Visibility;
import im.martlet.session.Account;
import im.martlet.session.Slots;
import im.martlet.stanza.KeepPolicy;
import im.martlet.storage.log.ArchivePreferences;
import im.martlet.storage.log.ArchivePreferences.Preferences;
import jakarta.inject.Inject;
import java.util.Set;

/** What an account wants kept (XEP-0441). On its mailbox. */
public final class ArchivePolicy {
    private static final Slots.Key<Preferences> PREFERENCES = Slots.Key.empty("archive.preferences");

    private final ArchivePreferences store;
    private final Visibility visibility;

    @Inject ArchivePolicy(ArchivePreferences store, Visibility visibility) {
        this.store = store;
        this.visibility = visibility;
    }

    public Preferences of(Account account) { return account.get(PREFERENCES, () -> store.of(account.existingKey())); }

    public void set(Account account, Preferences preferences) {
        store.put(account.existingKey(), preferences);
        account.put(PREFERENCES, preferences);
    }

    /** What a message is worth to an account, given who the other side is. */
    KeepPolicy worth(Account account, Jid contact, KeepPolicy most) {
        return most == KeepPolicy.HISTORY && !wants(account, contact) ? KeepPolicy.UNTIL_DELIVERED : most;
    }

    private boolean wants(Account account, Jid contact) {
        var preferences = of(account);
        if (contains(preferences.never(), contact)) return false;
        if (contains(preferences.always(), contact)) return true;
        return switch (preferences.standard()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case ROSTER -> visibility.isContact(account, contact);
        };
    }

    /** §2.3.1. */
    private static boolean contains(Set<Jid> listed, Jid contact) {
        return !listed.isEmpty() && (listed.contains(contact) || listed.contains(contact.bare()));
    }
}
