package im.martlet.storage.log;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.Set;

/** The archiving preferences of accounts (XEP-0441). */
public interface ArchivePreferences {
    /** The rule for contacts without an exception. */
    enum Standard { ALWAYS, NEVER, ROSTER }

    /**
     * The preferences of one account.
     *
     * @param always contacts, bare or full, with archived messages
     * @param never contacts, bare or full, without archived messages
     */
    record Preferences(Standard standard, Set<Jid> always, Set<Jid> never) {
        public Preferences {
            always = Set.copyOf(always);
            never = Set.copyOf(never);
        }

        /** The preferences of an account that has set none. */
        public static final Preferences KEEP_ALL = new Preferences(Standard.ALWAYS, Set.of(), Set.of());
    }

    Preferences of(AccountKey account);

    void put(AccountKey account, Preferences preferences);
}
