package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Contact lists and subscription states (RFC 6121 §2, §3, appendix A). */
public interface Rosters {
    /**
     * The direction of presence: with {@code TO} the user sees the contact's, with {@code FROM} the contact sees the
     * user's.
     */
    enum Subscription {
        NONE, TO, FROM, BOTH;

        public boolean hasTo() { return this == TO || this == BOTH; }

        public boolean hasFrom() { return this == FROM || this == BOTH; }

        public static Subscription of(boolean to, boolean from) { return to ? from ? BOTH : TO : from ? FROM : NONE; }
    }

    /**
     * A contact as the server stores it.
     *
     * @param contact the bare address
     * @param name the user's name for the contact; empty if there is none
     * @param pendingOut whether the user has asked for the contact's presence ({@code ask='subscribe'})
     * @param approved whether the user has approved a request in advance (RFC 6121 §3.4)
     * @param request the contact's unanswered subscription request as XML; empty if there is none ("pending in")
     * @param listed whether the contact is on the roster, by the user or by a subscription; false when only an
     * unanswered request (or nothing) is known, and then clients do not see the item
     */
    record Item(Jid contact, String name, Set<String> groups, Subscription subscription, boolean pendingOut,
            boolean approved, Optional<String> request, boolean listed) {
        public Item {
            groups = Set.copyOf(groups);
        }

        public boolean pendingIn() { return request.isPresent(); }
    }

    /** A roster and its version (RFC 6121 §2.6); a roster that was never written has version 0. */
    record Roster(long version, List<Item> items) {}

    /** One step of a roster's history: an item in its current form, or the address of a removed one. */
    sealed interface Change {
        /** Returns the version of the roster right after this step. */
        long version();

        record Put(long version, Item item) implements Change {}

        record Removed(long version, Jid contact) implements Change {}
    }

    Roster of(AccountKey account);

    Optional<Item> item(AccountKey account, Jid contact);

    /** Writes an item and returns the roster's new version. */
    long put(AccountKey account, Item item);

    /** Removes an item and returns the roster's new version; empty when there was no such item. */
    Optional<Long> remove(AccountKey account, Jid contact);

    /**
     * Returns the changes after {@code version}, in order; empty when that version is too old or unknown, so that the
     * client needs the whole roster.
     */
    Optional<List<Change>> since(AccountKey account, long version);

    /** Returns the number of items, listed or not; the caller enforces the limit. */
    int size(AccountKey account);
}
