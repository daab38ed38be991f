package im.martlet.auth;

/** One authentication on one stream. One thread at a time; may read the database. */
public interface SaslExchange {
    /** Handles the client's next message. The first one is its initial response. */
    Outcome next(byte[] message);

    sealed interface Outcome {
        record Challenge(byte[] data) implements Outcome {}

        /** @param data additional data for the client; empty for none */
        record Success(byte[] data, AuthenticatedUser user) implements Outcome {}

        record Failure(SaslError error) implements Outcome {}
    }
}
