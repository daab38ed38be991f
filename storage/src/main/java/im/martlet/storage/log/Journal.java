package im.martlet.storage.log;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Writes all data that an acknowledgement waits for. Units are written in the order of submission, many in one commit,
 * so that they share its price; a unit is written wholly or not at all. When the database fails, the journal tries
 * again: no submitted unit is given up while the process lives.
 */
public interface Journal extends AutoCloseable {
    /** One change to write. */
    sealed interface Write {
        AccountKey account();

        /** Appends an entry to a log. */
        record Append(AccountKey account, Archive.Entry entry) implements Write {}

        /**
         * Replaces the stanza of an entry (XEP-0424 §4).
         *
         * @param contact the bare address of the other side
         * @param before the id above all candidates
         * @param origin the id from the message's sender
         * @param stanza the function from the old stanza to the new one
         */
        record Replace(AccountKey account, Jid contact, boolean incoming, long before, String origin,
                UnaryOperator<byte[]> stanza) implements Write {}

        /**
         * Moves the delivered mark to an entry.
         *
         * @param passing whether the entries up to it may include unarchived ones, which are deleted now
         */
        record Delivered(AccountKey account, long through, boolean passing) implements Write {
            Delivered and(Delivered other) {
                return new Delivered(account, Math.max(through, other.through), passing || other.passing);
            }
        }

        /** Stores the number of handled stanzas of a stream; creates the stream's record if it is missing. */
        record Handled(AccountKey account, String stream, long count) implements Write {}

        /** Stores that the account's last session went away; does nothing when the account has been deleted. */
        record Departed(AccountKey account, LastSeen.Departure departure) implements Write {}

        /**
         * Puts an entry into the {@link Outbox}.
         *
         * @param addressee the id of the addressee within the consumer; 0 for the consumer itself
         * @param note free text for the consumer
         */
        record Announce(AccountKey account, String consumer, long addressee, long entry, String note, Instant due)
                implements Write {
            public Announce(AccountKey account, String consumer, long entry, Instant due) {
                this(account, consumer, 0, entry, "", due);
            }
        }
    }

    /**
     * Submits a unit and returns at once.
     *
     * @param durable the callback after the commit, in the order of submission, on one thread at a time; must not block
     */
    void submit(List<Write> unit, Runnable durable);

    /** The commits since the start, their units, and the time that they took together. */
    record Commits(long count, long units, long nanos) {}

    Commits commits();

    /** Returns the number of units that are not yet written. */
    int waiting();

    /** Writes all waiting units, then stops. */
    @Override void close();
}
