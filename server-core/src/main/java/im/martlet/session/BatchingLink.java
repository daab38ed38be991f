package im.martlet.session;

import im.martlet.stanza.StreamError;
import java.util.ArrayList;
import java.util.List;

/**
 * A link that gathers what it is given, so that much of it goes out in few records and few system calls. Used by one
 * thread.
 */
final class BatchingLink implements Link, AutoCloseable {
    private static final int AT_ONCE = 16_000; // a record of TLS holds a little more

    private final Link link;
    private List<byte[]> gathered = new ArrayList<>();
    private int size;

    BatchingLink(Link link) { this.link = link; }

    @Override public void send(byte[] bytes) {
        if (size + bytes.length > AT_ONCE) close();
        gathered.add(bytes);
        size += bytes.length;
    }

    /** Sends what is gathered. */
    @Override public void close() {
        if (!gathered.isEmpty()) link.send(gathered);
        gathered = new ArrayList<>();
        size = 0;
    }

    @Override public void whenReady(Runnable action) { link.whenReady(action); }

    @Override public void end(StreamError error) { link.end(error); }

    @Override public Details details() { return link.details(); }
}
