package im.martlet.stream;

import im.martlet.negotiation.StreamState;
import im.martlet.session.Session;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The phase of a client's login. A stream goes from {@link Unopened} to {@link Negotiation}, from there to an
 * {@link AwaitedSession}, and then to {@link SessionBound} or back to {@link Negotiation}. {@link Ended} may follow
 * each of them.
 *
 * <p>Only the stream's mailbox changes the phase. Any thread may read it.
 */
sealed interface LoginPhase {
    /** Returns the result of the negotiation so far; empty before the first header. */
    Optional<StreamState> state();

    /** The client has sent no valid stream header yet, so the stream has no host. */
    record Unopened() implements LoginPhase {
        @Override public Optional<StreamState> state() { return Optional.empty(); }
    }

    /** The stream has a host. No request for a session is open, so each element is the next step of the negotiation. */
    record Negotiation(StreamState agreed) implements LoginPhase {
        @Override public Optional<StreamState> state() { return Optional.of(agreed); }
    }

    /**
     * The client has authenticated and has requested a session. The account's mailbox answers the request. The stream
     * holds each element until the answer is sent and the stream's mailbox knows of it.
     */
    abstract sealed class AwaitedSession implements LoginPhase {
        private final StreamState agreed;
        private final ArrayDeque<Element> held = new ArrayDeque<>(0);
        private boolean endRequested;
        /** Written on the account's mailbox before the client can know the answer. */
        private volatile boolean answered;

        private AwaitedSession(StreamState agreed) { this.agreed = agreed; }

        StreamState agreed() { return agreed; }

        @Override public Optional<StreamState> state() { return Optional.of(agreed); }

        /** Notes that the answer is sent next. On the account's mailbox. */
        void markAnswered() { answered = true; }

        /** Holds an element for later. Returns the error that ends the stream if the client may not send it yet. */
        Optional<StreamError> hold(Element element) {
            // after the answer the stream's mailbox pauses reading, so the queue stays short
            var violation = answered ? Optional.<String>empty() : violation(held.size());
            if (violation.isEmpty()) held.add(element);
            return violation.map(Condition.POLICY_VIOLATION::because);
        }

        /** Returns the rule that one more element breaks while {@code held} elements wait for the answer. */
        abstract Optional<String> violation(int held);

        /** Removes and returns the first held element; null if there is none. */
        @Nullable Element poll() {
            return held.poll();
        }

        /** Notes that the client has ended its stream behind the held elements. */
        void requestEnd() {
            endRequested = true;
        }

        boolean isEndRequested() { return endRequested; }
    }

    /**
     * The client has requested a session by itself (RFC 6120 §7, XEP-0198 §5). A few elements may follow the request.
     */
    final class SessionRequest extends AwaitedSession {
        SessionRequest(StreamState agreed) { super(agreed); }

        @Override Optional<String> violation(int held) {
            return held < ClientStream.MAX_UNDER_WAY ? Optional.empty() : Optional.of("wait for the answer");
        }
    }

    /** The client has requested a session together with its login. Nothing may follow the request (XEP-0388 §2.4). */
    final class CombinedLogin extends AwaitedSession {
        CombinedLogin(StreamState agreed) { super(agreed); }

        @Override Optional<String> violation(int held) { return Optional.of("the login is not over"); }
    }

    /** The session exists. Each element belongs to the session, and the I/O thread reads them. */
    record SessionBound(StreamState agreed, Session session) implements LoginPhase {
        @Override public Optional<StreamState> state() { return Optional.of(agreed); }
    }

    /** The stream has ended. A session that arrives now is closed at once. */
    record Ended(LoginPhase last) implements LoginPhase {
        @Override public Optional<StreamState> state() { return last.state(); }
    }
}
