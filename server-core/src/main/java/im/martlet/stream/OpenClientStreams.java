package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.meter.Meter;
import im.martlet.negotiation.StreamState;
import im.martlet.negotiation.UnboundStreams;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.storage.account.LoginTokens.Client;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The open streams of clients. They share one {@link StreamClock}. Any thread. */
public final class OpenClientStreams implements UnboundStreams, AutoCloseable {
    private final StreamClock<ClientStream> streams = new StreamClock<>("clock");

    void add(ClientStream stream) { streams.add(stream); }

    void remove(ClientStream stream) { streams.remove(stream); }

    /** Returns the number of open connections, logged in or not. */
    public int size() { return streams.size(); }

    @Override public void endUnbound(Jid user, Predicate<Client> clients, StreamError error) {
        unbound(state -> state.login().filter(login -> login.user().equals(user) && clients.test(login.client()))
                .isPresent(), error);
    }

    @Override public void endUnbound(String host, StreamError error) {
        unbound(state -> state.host().equals(host), error);
    }

    private void unbound(Predicate<StreamState> condition, StreamError error) {
        streams.all().filter(stream -> !stream.isBound() && stream.state().filter(condition).isPresent())
                .forEach(stream -> stream.end(error));
    }

    /** Counts open connections by their phase. */
    Map<String, Long> census() {
        return Meter.census(List.of("opening", "authenticated", "bound"),
                streams.all().map(OpenClientStreams::phase).toList());
    }

    private static String phase(ClientStream stream) {
        if (stream.isBound()) return "bound";
        return stream.state().filter(StreamState::isAuthenticated).isPresent() ? "authenticated" : "opening";
    }

    /** Ends every stream (RFC 6120 §4.9.3.20) and waits until they are closed, for {@code patience} at most. */
    public void shutDown(Duration patience) throws InterruptedException {
        streams.all().forEach(stream -> stream.end(Condition.SYSTEM_SHUTDOWN.plain()));
        long deadline = System.nanoTime() + patience.toNanos();
        while (!streams.isEmpty() && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(5);
    }

    @Override public void close() { streams.close(); }
}
