package im.martlet.session;

import im.martlet.stanza.StreamError;
import java.io.ByteArrayOutputStream;

/** A link that gathers what it is given, so that much of it goes out in few records and few system calls. Used by one thread. */
final class Joining implements Link, AutoCloseable {
    private static final int AT_ONCE = 16_000; // a record of TLS holds a little more

    private final Link link;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream(AT_ONCE);

    Joining(Link link) { this.link = link; }

    @Override public void send(byte[] bytes) {
        if (gathered.size() + bytes.length > AT_ONCE) close();
        gathered.writeBytes(bytes);
    }

    /** Sends what is gathered. */
    @Override public void close() {
        if (gathered.size() > 0) link.send(gathered.toByteArray());
        gathered.reset();
    }

    @Override public void whenReady(Runnable action) { link.whenReady(action); }

    @Override public void end(StreamError error) { link.end(error); }

    @Override public Details details() { return link.details(); }
}
