package im.martlet.auth;

/** One authentication under way on one stream. Used by one thread at a time; may ask the database. */
public interface SaslExchange {
    /** Takes what the client says: its initial response first. */
    Outcome next(byte[] message);

    sealed interface Outcome {
        record Challenge(byte[] data) implements Outcome {}

        /** @param data for the client; empty for none */
        record Success(byte[] data, AuthenticatedUser who) implements Outcome {}

        record Failure(SaslError error) implements Outcome {}
    }
}
