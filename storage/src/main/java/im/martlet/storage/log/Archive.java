package im.martlet.storage.log;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The log of each account, for reading; it is written through the {@link Journal}. */
public interface Archive {
    /**
     * An entry of a log.
     *
     * @param id grows with time, see {@link LogId}
     * @param contact the full address of the other side
     * @param incoming whether the contact sent it
     * @param history whether it is kept after it was delivered
     * @param origin the id that its sender gave the message, if it can be referred to by that
     * @param stanza the message as this server wrote it, in UTF-8
     */
    record Entry(long id, Jid contact, boolean incoming, boolean history, Optional<String> origin, byte[] stanza) {}

    /**
     * How far a log has come.
     *
     * @param last id of the newest entry, 0 when there is none
     * @param delivered what came after this waits to be delivered
     * @param waiting the number of entries that wait, counted up to some bound
     */
    record State(long last, long delivered, int waiting) {}

    /**
     * Which entries of an account's history are wanted.
     *
     * @param with only those of this contact; of one of its resources, when it has one
     * @param after only those with greater ids; {@link Long#MIN_VALUE} for all
     * @param before only those with smaller ids; {@link Long#MAX_VALUE} for all
     * @param ids only these, unless empty
     */
    record Selection(Optional<Jid> with, long after, long before, Set<Long> ids) {
        public static Selection all() {
            return new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
        }

        public Selection after(long id) { return new Selection(with, Math.max(after, id), before, ids); }

        public Selection before(long id) { return new Selection(with, after, Math.min(before, id), ids); }
    }

    /** @param most waiting entries to count */
    State state(AccountKey account, int most);

    /**
     * History, in the order of ids.
     *
     * @param newest whether the last entries of the selection are wanted, and not the first
     */
    List<Entry> page(AccountKey account, Selection selection, int limit, boolean newest);

    /** Those of the ids that are in the history. */
    Set<Long> known(AccountKey account, Collection<Long> ids);

    /** Incoming entries, of the history or not, with ids after the one and up to the other, in order. */
    List<Entry> incoming(AccountKey account, long after, long through, int limit);

    /** The ids of the first and the last entry of the history, if there is one. */
    Optional<Bounds> bounds(AccountKey account);

    record Bounds(long first, long last) {}

    /**
     * Forgets the oldest entries of an account, a bounded number in one go.
     *
     * @param olderThan forget what has a smaller id
     * @param keep and all but this many of the newest; empty for no such bound
     * @return how many were forgotten
     */
    int prune(AccountKey account, long olderThan, OptionalLong keep);
}
