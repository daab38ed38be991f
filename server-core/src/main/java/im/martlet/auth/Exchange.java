package im.martlet.auth;

import im.martlet.address.Jid;
import java.util.Optional;
import java.util.function.Supplier;

/** One authentication under way on one stream. Used by one thread at a time; may ask the database. */
public interface Exchange {
    /** Takes what the client says: its initial response first. */
    Outcome next(byte[] message);

    sealed interface Outcome {
        record Challenge(byte[] data) implements Outcome {}

        /**
         * @param user bare JID
         * @param objection to be asked, and heeded, once others can see who has logged in: the password may have been changed since
         *     the exchange began, by somebody who could not see it then
         */
        record Success(byte[] data, Jid user, String mechanism, Supplier<Optional<SaslError>> objection) implements Outcome {}

        record Failure(SaslError error) implements Outcome {}
    }
}
