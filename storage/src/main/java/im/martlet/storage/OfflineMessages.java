package im.martlet.storage;

import java.time.Instant;
import java.util.List;

/** Messages that wait for an account to come online (RFC 6121 §8.5.2.2.1, XEP-0160). */
public interface OfflineMessages {
    /** A waiting message: its place in the queue, when it came, and the stanza as XML. */
    record Waiting(long id, Instant received, String stanza) {}

    void append(AccountKey account, Instant received, String stanza);

    /** The oldest waiting messages after {@code afterId} (0: from the start), at most {@code limit}. */
    List<Waiting> read(AccountKey account, long afterId, int limit);

    /** Forgets the messages up to and including {@code throughId}. */
    void remove(AccountKey account, long throughId);

    int count(AccountKey account);
}
