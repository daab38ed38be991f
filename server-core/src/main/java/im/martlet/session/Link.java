package im.martlet.session;

import im.martlet.stanza.StreamError;
import im.martlet.storage.account.LoginTokens.Client;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/** The connection that a session is on at the moment. Any thread; nothing blocks. */
public interface Link {
    /**
     * What an admin may know of a connection.
     *
     * @param client as it describes itself, all texts empty when it does not; for nobody but the account and admins
     * (XEP-0388 §2.3)
     */
    record Details(InetSocketAddress remote, Instant since, String tls, String mechanism, Client client) {}

    /** Queues an element for the client; ownership of the array passes. */
    void send(byte[] element);

    /** Queues several, in one go if that can be. */
    default void send(List<byte[]> elements) {
        elements.forEach(this::send);
    }

    /** Does something when the client has read most of what it was sent: at once, or later on another thread. */
    void whenReady(Runnable action);

    /** Ends the stream with an error; the session hears of it like of any other end. */
    void end(StreamError error);

    Details details();
}
