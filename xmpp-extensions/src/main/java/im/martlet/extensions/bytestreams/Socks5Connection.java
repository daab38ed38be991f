package im.martlet.extensions.bytestreams;

import im.martlet.net.AddressLimits;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stream, or what may become one. Its own thread reads from it; the other end's thread writes to it, and
 * the clock may close it.
 */
final class Socks5Connection {
    private static final int WHILE_WAITING = 512;
    private static final int CARRYING = 32 * 1024;
    private static final int MOST_IGNORED = 64 * 1024; // what comes too early is not kept, but who sends so much does not listen

    enum State { ASKING, WAITING, CARRYING }

    private final Socket socket;
    private final AddressLimits.Place place;
    private volatile State state = State.ASKING;
    private volatile long since = System.nanoTime(); // the state has been this
    private int early; // bytes that had come, and were not read, when the stream began; set before it does
    private volatile @Nullable Bytestream stream;

    Socks5Connection(Socket socket, AddressLimits.Place place) {
        this.socket = socket;
        this.place = place;
    }

    Socket socket() { return socket; }

    State state() { return state; }

    /** Nanoseconds that it has been in its state. */
    long age(long now) { return now - since; }

    /** The stream that it is an end of; empty before that begins. */
    Optional<Bytestream> stream() {
        return Optional.ofNullable(stream);
    }

    /** It has said which stream it is for. */
    void waits() {
        since = System.nanoTime();
        state = State.WAITING;
    }

    /** The stream has begun: what comes from here on is carried. */
    void carries(Bytestream begun) {
        early = unread();
        stream = begun;
        state = State.CARRYING;
        place.leave();
    }

    private int unread() {
        try {
            return socket.getInputStream().available();
        } catch (IOException alreadyGone) { // which its own thread sees, too
            return 0;
        }
    }

    /** Reads until there is no more to come: ignores it at first (§10.1), then carries it. */
    void run() throws IOException {
        var in = socket.getInputStream();
        var buffer = new byte[WHILE_WAITING];
        int ignored = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            var begun = stream;
            if (begun == null) {
                ignored += read;
                if (ignored > MOST_IGNORED) return;
            } else {
                int late = Math.min(early, read); // what is read too late to be ignored above
                early -= late;
                if (read > late) begun.carry(this, buffer, late, read - late);
                if (buffer.length < CARRYING) buffer = new byte[CARRYING];
            }
        }
        var ending = stream;
        if (ending != null) ending.ended(this); // this end says no more, and may still be told something
    }

    void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // nothing is left to do
        }
    }
}
