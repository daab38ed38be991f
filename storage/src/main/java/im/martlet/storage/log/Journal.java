package im.martlet.storage.log;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The way in to everything that an acknowledgement waits for. What is submitted is written in the order it came, many
 * units in one commit, so that the price of a commit is shared; a unit is written wholly or not at all. When the
 * database fails, the journal goes on trying: nothing that was submitted is given up while the process lives.
 */
public interface Journal extends AutoCloseable {
    /** One thing to be written. */
    sealed interface Write {
        AccountKey account();

        /** A new entry of a log. */
        record Append(AccountKey account, Archive.Entry entry) implements Write {}

        /**
         * Puts something else in the place of an entry's stanza (XEP-0424 §4).
         *
         * @param contact bare address of the other side
         * @param before only entries with smaller ids
         * @param origin the id that the message's sender gave it
         */
        record Replace(AccountKey account, Jid contact, boolean incoming, long before, String origin,
                UnaryOperator<byte[]> stanza) implements Write {}

        /**
         * What came up to this entry waits no longer.
         *
         * @param passing whether some of it may be no history, and goes now
         */
        record Delivered(AccountKey account, long through, boolean passing) implements Write {
            Delivered and(Delivered other) {
                return new Delivered(account, Math.max(through, other.through), passing || other.passing);
            }
        }

        /** So many stanzas of a stream were handled; the stream is made known, if it is not. */
        record Handled(AccountKey account, String stream, long count) implements Write {}

        /** The account's last session went away; nothing happens when the account has been deleted. */
        record Departed(AccountKey account, LastSeen.Departure departure) implements Write {}

        /**
         * Somebody is to hear of an entry; see {@link Outbox}.
         *
         * @param addressee for whom the consumer is to take it; 0 for itself
         * @param note for the consumer
         */
        record Announce(AccountKey account, String consumer, long addressee, long entry, String note, Instant due)
                implements Write {
            public Announce(AccountKey account, String consumer, long entry, Instant due) {
                this(account, consumer, 0, entry, "", due);
            }
        }
    }

    /**
     * Writes a unit; returns at once.
     *
     * @param durable called when it is safe, in the order of submission, on one thread at a time; must not block
     */
    void submit(List<Write> unit, Runnable durable);

    /** Commits since the start, the units that were written in them, and the time that they took together. */
    record Commits(long count, long units, long nanos) {}

    Commits commits();

    /** Units that are not yet written. */
    int waiting();

    /** Writes what waits, then stops. */
    @Override void close();
}
