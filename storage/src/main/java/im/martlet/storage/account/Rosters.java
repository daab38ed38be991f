package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Contact lists and subscription states (RFC 6121 §2, §3, appendix A). */
public interface Rosters {
    /** Who sees whose presence: {@code TO} the user sees the contact's, {@code FROM} the contact sees the user's. */
    enum Subscription {
        NONE, TO, FROM, BOTH;

        public boolean hasTo() { return this == TO || this == BOTH; }

        public boolean hasFrom() { return this == FROM || this == BOTH; }

        public static Subscription of(boolean to, boolean from) { return to ? from ? BOTH : TO : from ? FROM : NONE; }
    }

    /**
     * A contact as the server knows it.
     *
     * @param contact bare address
     * @param name empty when the user gave none
     * @param pendingOut the user has asked for the contact's presence ({@code ask='subscribe'})
     * @param approved the user has approved a request that has not come yet (RFC 6121 §3.4)
     * @param request the contact's unanswered subscription request as XML, empty when there is none ("pending in")
     * @param listed the user put the contact on the roster, or it came there by a subscription; false when only an
     * unanswered request (or nothing) is known, in which case clients are not told of the item
     */
    record Item(Jid contact, String name, Set<String> groups, Subscription subscription, boolean pendingOut,
            boolean approved, Optional<String> request, boolean listed) {
        public Item {
            groups = Set.copyOf(groups);
        }

        public boolean pendingIn() { return request.isPresent(); }
    }

    /** A roster and the version it has (RFC 6121 §2.6); the version of a roster that nobody wrote to is 0. */
    record Roster(long version, List<Item> items) {}

    /** One step of a roster's history: an item as it is now, or the address of one that was removed. */
    sealed interface Change {
        /** The version of the roster right after this step. */
        long version();

        record Put(long version, Item item) implements Change {}

        record Removed(long version, Jid contact) implements Change {}
    }

    Roster of(AccountKey account);

    Optional<Item> item(AccountKey account, Jid contact);

    /** Writes an item and answers the roster's new version. */
    long put(AccountKey account, Item item);

    /** Removes an item and answers the roster's new version, or empty when there was none. */
    Optional<Long> remove(AccountKey account, Jid contact);

    /** What changed after {@code version}, in order; empty when that version is too old or unknown: send all of it. */
    Optional<List<Change>> since(AccountKey account, long version);

    /** The number of items, listed or not; the limit is the caller's. */
    int size(AccountKey account);
}
