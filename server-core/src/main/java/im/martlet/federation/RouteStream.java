package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.session.AckWindow;
import im.martlet.session.AckWindow.Ack;
import im.martlet.session.Mailbox;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaWriter;
import im.martlet.stanza.StreamError;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A stream as its route uses it: holds the stanzas that the remote server has not acknowledged, and asks for signs of
 * life. With stream management (XEP-0198) a sign of life is an acknowledgement; without it, the answer to a ping
 * (XEP-0199), and no stanza is held. On the route's mailbox, except where a method says otherwise.
 */
final class RouteStream {
    private static final long LONG_LIFE = 5_000_000_000L; // nanoseconds
    private static final String PING_ID = "alive-"; // begins the ids of the pings of routes

    /** The wait for a sign that the remote server is there. */
    private enum SignOfLife {
        /** Nothing was sent since the last sign. */
        NOT_NEEDED,
        /** A stanza was sent, and the remote server was not asked yet. */
        AWAITED,
        /** The remote server was asked, with {@code <r/>} or a ping. */
        REQUESTED
    }

    private final DomainPair pair;
    private final ServerStream stream;
    private final AckWindow<RouteEntry> unacked = new AckWindow<>();
    private final long attachedAt = System.nanoTime();
    private boolean acknowledgedAny;
    private boolean slow; // the remote server reads slower than this server writes
    private volatile SignOfLife signOfLife = SignOfLife.NOT_NEEDED;
    private volatile long waitsSince; // nanoseconds; of the last sign of life, or of the first stanza after it

    /** @param pair the domains of the route; the stream may have been opened for others */
    RouteStream(DomainPair pair, ServerStream stream) {
        this.pair = pair;
        this.stream = stream;
    }

    ServerStream stream() { return stream; }

    boolean isManaged() { return stream.isManaged(); }

    boolean isWritable() { return !slow && !stream.connection.isOver(); }

    /**
     * Writes a stanza.
     *
     * @param whenWritable called on an I/O thread when the remote server reads again, if it is slow now; must not block
     */
    void write(RouteEntry entry, Runnable whenWritable) {
        boolean managed = stream.isManaged();
        if (managed) unacked.add(entry);
        if (signOfLife == SignOfLife.NOT_NEEDED) {
            waitsSince = System.nanoTime();
            signOfLife = SignOfLife.AWAITED;
        }
        stream.send(managed ? entry.bytes().clone() : entry.bytes()); // sending changes the bytes, a retry needs them
        if (managed && signOfLife != SignOfLife.REQUESTED) requestAck();
        if (stream.connection.isBehind()) {
            slow = true;
            stream.connection.whenReady(whenWritable);
        }
    }

    /** Notes that the remote server reads again. */
    void writable() { slow = false; }

    /** One request at a time: its answer brings the next, so few stanzas wait and few requests are sent. */
    private void requestAck() {
        signOfLife = SignOfLife.REQUESTED;
        stream.request();
    }

    /**
     * Removes the stanzas that the remote server has handled (XEP-0198 §4).
     *
     * @param h the remote server's count, modulo 2^32; negative if it could not be read
     * @param each gets each stanza that is acknowledged now, in order
     * @return false if the count is wrong: the stream has to end
     */
    boolean acknowledge(long h, Consumer<RouteEntry> each) {
        int before = unacked.size();
        if (h < 0 || unacked.acknowledge(h, each) != Ack.ACCEPTED) return false;
        acknowledgedAny |= unacked.size() < before;
        waitsSince = System.nanoTime();
        if (unacked.isEmpty()) signOfLife = SignOfLife.NOT_NEEDED;
        else requestAck();
        return true;
    }

    /** Returns whether an id is that of a ping of a route. */
    static boolean isPing(String id) {
        return id.startsWith(PING_ID);
    }

    /** Notes that a ping was answered, over whichever stream. */
    void answered() {
        if (!stream.isManaged()) signOfLife = SignOfLife.NOT_NEEDED;
    }

    /**
     * Looks after the stream, several times a second: pings a remote server that is quiet for half of the timeout, and
     * ends the stream after the whole timeout. On the clock's thread.
     *
     * @param mailbox of the route
     */
    void tick(long now, Duration timeout, Mailbox mailbox) {
        if (signOfLife == SignOfLife.NOT_NEEDED) return;
        long quiet = now - waitsSince;
        if (!isManaged() && signOfLife == SignOfLife.AWAITED && quiet > timeout.toNanos() / 2) mailbox.tell(this::ping);
        if (quiet > timeout.toNanos()) stream.end(
                StreamError.Condition.CONNECTION_TIMEOUT.because("your server gave no sign of life for too long"));
    }

    /** Pings the remote server (XEP-0199): without stream management nothing else shows that it is there. */
    private void ping() {
        if (signOfLife != SignOfLife.AWAITED || stream.connection.isOver()) return;
        signOfLife = SignOfLife.REQUESTED;
        stream.send(StanzaWriter.bytes(new Iq.Get(Jid.of("", pair.local(), ""), Jid.of("", pair.remote(), ""),
                PING_ID + RandomIds.next(), "", Payload.of(Element.of(Namespaces.PING, "ping")))));
    }

    int unacked() { return unacked.size(); }

    /** Removes and returns all stanzas that are not acknowledged; the stream is lost. */
    List<RouteEntry> takeUnacked() {
        var all = List.copyOf(unacked.unacked());
        unacked.clear();
        return all;
    }

    /** Returns whether the stream was of use: a stanza was acknowledged, or the stream lived for some seconds. */
    boolean wasUseful() {
        return acknowledgedAny || System.nanoTime() - attachedAt > LONG_LIFE;
    }
}
