package im.martlet.storage.log;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The log of each account, for reading. The {@link Journal} writes it. */
public interface Archive {
    /**
     * An entry of a log.
     *
     * @param id the id, which grows with time (see {@link LogId})
     * @param contact the full address of the other side
     * @param incoming whether the contact sent the message
     * @param history whether the entry stays after its delivery
     * @param origin the id from the message's sender, if later messages can refer to it
     * @param stanza the message as this server wrote it, in UTF-8
     */
    record Entry(long id, Jid contact, boolean incoming, boolean history, Optional<String> origin, byte[] stanza) {}

    /**
     * The state of a log.
     *
     * @param last the id of the newest entry, 0 when there is none
     * @param delivered the delivered mark: later entries wait for delivery
     * @param waiting the number of waiting entries, counted up to a bound
     */
    record State(long last, long delivered, int waiting) {}

    /**
     * Selects entries of an account's history.
     *
     * @param with the contact, or one of its resources; empty for all
     * @param after the id before the first; {@link Long#MIN_VALUE} for all
     * @param before the id after the last; {@link Long#MAX_VALUE} for all
     * @param ids the only ids to return, unless empty
     */
    record Selection(Optional<Jid> with, long after, long before, Set<Long> ids) {
        public static Selection all() {
            return new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
        }

        public Selection after(long id) { return new Selection(with, Math.max(after, id), before, ids); }

        public Selection before(long id) { return new Selection(with, after, Math.min(before, id), ids); }
    }

    /**
     * Returns the state of a log.
     *
     * @param most the maximum number of waiting entries to count
     */
    State state(AccountKey account, int most);

    /**
     * Returns entries of the history, in the order of ids.
     *
     * @param newest whether to return the last entries of the selection instead of the first
     */
    List<Entry> page(AccountKey account, Selection selection, int limit, boolean newest);

    /** Returns those of the ids that are in the history. */
    Set<Long> existing(AccountKey account, Collection<Long> ids);

    /**
     * Returns incoming entries with ids greater than {@code after} and up to {@code through}, in order, archived or
     * not.
     */
    List<Entry> incoming(AccountKey account, long after, long through, int limit);

    /** Returns the ids of the first and the last entry of the history, if there is one. */
    Optional<Bounds> bounds(AccountKey account);

    record Bounds(long first, long last) {}

    /**
     * Deletes the oldest entries of an account, a bounded number at once.
     *
     * @param olderThan the id below which entries are deleted
     * @param keep the number of newest entries to keep; empty for no such bound
     * @return the number of deleted entries
     */
    int prune(AccountKey account, long olderThan, OptionalLong keep);
}
