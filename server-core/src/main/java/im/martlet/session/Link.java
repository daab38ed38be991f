package im.martlet.session;

import im.martlet.stanza.StreamError;
import im.martlet.storage.account.LoginTokens.Client;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/** The current connection of a session. Any thread; no method blocks. */
public interface Link {
    /**
     * The details of a connection, for admins.
     *
     * @param client the client's description of itself, with empty texts if it gives none; only the account and admins
     * may see it (XEP-0388 §2.3)
     */
    record Details(InetSocketAddress remote, Instant since, String tls, String mechanism, Client client) {}

    /** Queues an element for the client. The caller must not use the array afterwards. */
    void send(byte[] element);

    /** Queues several elements, with one system call if possible. */
    default void send(List<byte[]> elements) {
        elements.forEach(this::send);
    }

    /** Runs an action when the client has read most of the sent bytes: at once, or later on another thread. */
    void whenReady(Runnable action);

    /** Ends the stream with an error. The session is told of it as of any other end. */
    void end(StreamError error);

    Details details();
}
