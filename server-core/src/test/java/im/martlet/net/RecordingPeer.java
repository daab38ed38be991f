package im.martlet.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The server's end of a connection in a test: records all events and sends the output of the test. */
class RecordingPeer implements Transport.Handler {
    final Transport transport;
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuffer text = new StringBuffer();

    RecordingPeer(Transport transport) {
        this.transport = transport;
        transport.handler(this);
    }

    @Override public void received(ByteBuffer bytes) {
        text.append(UTF_8.decode(bytes));
        events.add("received");
    }

    @Override public void secured(Transport.TlsSession tls) { events.add("secured"); }

    @Override public void drained() { events.add("drained"); }

    @Override public void closed(Transport.Cause cause) { events.add("closed " + cause); }

    void write(String text) { transport.write(text.getBytes(UTF_8)); }

    /** Returns all text received so far. */
    String text() { return text.toString(); }

    /** Waits for an event and skips all earlier ones. */
    void await(String event) throws InterruptedException {
        for (String next = next(); !next.equals(event); next = next()) {
            if (next.startsWith("closed")) throw new AssertionError("wanted " + event + " but got " + next);
        }
    }

    /** Waits until the whole text has come. */
    void awaitText(String whole) throws InterruptedException {
        while (!text().endsWith(whole)) await("received");
    }

    /** Waits for the end of the connection and returns its cause. */
    Transport.Cause awaitClosed() throws InterruptedException {
        for (String next = next();; next = next()) {
            if (next.startsWith("closed ")) return Transport.Cause.valueOf(next.substring("closed ".length()));
        }
    }

    private String next() throws InterruptedException {
        var event = events.poll(20, TimeUnit.SECONDS);
        if (event == null) throw new AssertionError("nothing happens");
        return event;
    }
}
