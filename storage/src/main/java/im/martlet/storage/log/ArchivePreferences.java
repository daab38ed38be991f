package im.martlet.storage.log;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.Set;

/** What accounts want kept (XEP-0441). */
public interface ArchivePreferences {
    /** What holds for a contact that is not named. */
    enum Standard { ALWAYS, NEVER, ROSTER }

    /** @param always contacts, bare or full, whose messages are kept */
    record Preferences(Standard standard, Set<Jid> always, Set<Jid> never) {
        public Preferences {
            always = Set.copyOf(always);
            never = Set.copyOf(never);
        }

        /** What holds for who has said nothing. */
        public static final Preferences KEEP_ALL = new Preferences(Standard.ALWAYS, Set.of(), Set.of());
    }

    Preferences of(AccountKey account);

    void put(AccountKey account, Preferences preferences);
}
