package im.martlet.extension;

import im.martlet.storage.key.AccountKey;

/**
 * Something that waits in an outbox for its consumer.
 *
 * @param addressee for whom the consumer is to take it; 0 for itself
 * @param entry the message's place in the log of the account
 * @param note of whoever put it in
 * @param attempts how often it was tried in vain
 */
public record OutboxEntry(AccountKey account, long addressee, long entry, String note, int attempts) {
    /** What a consumer says to it. */
    public sealed interface Taken {
        /** It has it, or needs it no more. */
        record Yes() implements Taken {}

        /** Again, later and later. */
        record No() implements Taken {}

        /** Again, at a moment. */
        record Later(java.time.Instant when) implements Taken {}
    }
}
