package im.martlet.auth;

import im.martlet.address.Jid;

/** One authentication under way on one stream. Used by one thread at a time; may ask the database. */
public interface Exchange {
    /** Takes what the client says: its initial response first. */
    Outcome next(byte[] message);

    sealed interface Outcome {
        record Challenge(byte[] data) implements Outcome {}

        /** @param user bare JID */
        record Success(byte[] data, Jid user, String mechanism) implements Outcome {}

        record Failure(SaslError error) implements Outcome {}
    }
}
