package im.martlet.session;

import im.martlet.stanza.StreamError;
import java.util.ArrayList;
import java.util.List;

/** A link that collects elements, so that they need few TLS records and few system calls. For one thread. */
final class BatchingLink implements Link, AutoCloseable {
    private static final int BATCH_BYTES = 16_000; // a TLS record holds a little more

    private final Link link;
    private List<byte[]> elements = new ArrayList<>();
    private int size;

    BatchingLink(Link link) { this.link = link; }

    @Override public void send(byte[] bytes) {
        if (size + bytes.length > BATCH_BYTES) close();
        elements.add(bytes);
        size += bytes.length;
    }

    /** Sends the collected elements. */
    @Override public void close() {
        if (!elements.isEmpty()) link.send(elements);
        elements = new ArrayList<>();
        size = 0;
    }

    @Override public void whenReady(Runnable action) { link.whenReady(action); }

    @Override public void end(StreamError error) { link.end(error); }

    @Override public Details details() { return link.details(); }
}
