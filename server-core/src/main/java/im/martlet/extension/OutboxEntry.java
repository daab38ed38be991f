package im.martlet.extension;

import im.martlet.storage.key.AccountKey;

/**
 * An entry that waits in an outbox for its consumer.
 *
 * @param account the account that the message belongs to
 * @param addressee the id of the registration or device that the consumer serves with it; 0 for the consumer itself
 * @param entry the id of the message in the account log
 * @param note a text from the extension that added the entry
 * @param attempts the number of failed attempts
 */
public record OutboxEntry(AccountKey account, long addressee, long entry, String note, int attempts) {
    /** A consumer's answer to an entry. */
    public sealed interface Taken {
        /** The consumer has taken the entry, or does not need it. The entry is deleted. */
        record Yes() implements Taken {}

        /** The consumer could not take the entry. It is offered again, after a pause that grows each time. */
        record No() implements Taken {}

        /** The entry is offered again at the given moment. */
        record Later(java.time.Instant when) implements Taken {}
    }
}
