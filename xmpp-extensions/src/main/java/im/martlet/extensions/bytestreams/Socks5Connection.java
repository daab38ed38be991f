package im.martlet.extensions.bytestreams;

import im.martlet.net.AddressLimits;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a client to the proxy: one end of a stream, once the stream begins. Its own thread reads from it, the
 * thread of the other end writes to it, and the clock may close it.
 */
final class Socks5Connection {
    private static final int WAITING_BUFFER = 512;
    private static final int STREAM_BUFFER = 32 * 1024;
    private static final int MOST_IGNORED = 64 * 1024; // bytes before the stream; a client that sends more is broken

    enum State {
        /** The client has not sent its SOCKS5 request yet. */
        REQUESTING,
        /** The client waits for its stream to begin. */
        WAITING,
        /** The connection is an end of a stream. */
        CARRYING
    }

    private final Socket socket;
    private final AddressLimits.Place place;
    private volatile State state = State.REQUESTING;
    private volatile long since = System.nanoTime(); // the state began
    private int early; // bytes that were received but not read when the stream began; set before it begins
    private volatile @Nullable Bytestream stream;

    Socks5Connection(Socket socket, AddressLimits.Place place) {
        this.socket = socket;
        this.place = place;
    }

    Socket socket() { return socket; }

    State state() { return state; }

    /** Returns the nanoseconds since the connection got its state. */
    long age(long now) { return now - since; }

    /** Returns the stream of this end; empty before it begins. */
    Optional<Bytestream> stream() {
        return Optional.ofNullable(stream);
    }

    /** Notes that the client sent its request and waits. */
    void waits() {
        since = System.nanoTime();
        state = State.WAITING;
    }

    /** Notes that the stream begins: bytes that arrive from now on are carried. */
    void carries(Bytestream begun) {
        early = unread();
        stream = begun;
        state = State.CARRYING;
        place.leave();
    }

    private int unread() {
        try {
            return socket.getInputStream().available();
        } catch (IOException alreadyGone) { // the connection's own thread sees the same
            return 0;
        }
    }

    /** Reads until the client sends no more. Ignores bytes before the stream begins (§10.1), carries later ones. */
    void run() throws IOException {
        var in = socket.getInputStream();
        var buffer = new byte[WAITING_BUFFER];
        int ignored = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            var begun = stream;
            if (begun == null) {
                ignored += read;
                if (ignored > MOST_IGNORED) return;
            } else {
                int skipped = Math.min(early, read); // received before the stream began
                early -= skipped;
                if (read > skipped) begun.carry(this, buffer, skipped, read - skipped);
                if (buffer.length < STREAM_BUFFER) buffer = new byte[STREAM_BUFFER];
            }
        }
        var ending = stream;
        if (ending != null) ending.ended(this); // this end sends no more, but may still receive
    }

    void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // the connection is closed
        }
    }
}
