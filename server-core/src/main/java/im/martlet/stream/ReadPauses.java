package im.martlet.stream;

import im.martlet.net.Transport;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reasons to pause reading from a connection. The transport reads while there is no reason. Any thread. */
final class ReadPauses {
    enum Reason {
        /** The peer sent more than its rate allows. */
        RATE("the peer sends faster than its rate limit"),
        /** Too many stanzas of the peer wait in mailboxes. */
        CREDIT("too many stanzas of the peer are under way"),
        /** The peer sends faster than the negotiation proceeds. */
        NEGOTIATION("the peer is ahead of the negotiation"),
        /** The peer does not read the output that it caused. */
        OUTBOUND("the peer does not read its output");

        private final int bit = 1 << ordinal();
        private final String text;

        Reason(String text) { this.text = text; }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ReadPauses.class);

    private final AtomicInteger reasons = new AtomicInteger();
    private final Transport transport;

    ReadPauses(Transport transport) { this.transport = transport; }

    /** Pauses reading, if no other reason has paused it before. */
    void pause(Reason reason) {
        int before = reasons.getAndUpdate(r -> r | reason.bit);
        if ((before & reason.bit) == 0)
            LOG.debug("reading-paused reason=\"{}\" remote={}", reason.text, transport.remote());
        update(before);
    }

    /** Resumes reading, if there is no other reason to pause. */
    void resume(Reason reason) {
        update(reasons.getAndUpdate(r -> r & ~reason.bit));
    }

    boolean isPaused(Reason reason) { return (reasons.get() & reason.bit) != 0; }

    private void update(int before) {
        int now = reasons.get();
        if ((before == 0) == (now == 0)) return;
        do { // two threads may be here at once: the last one to read the reasons applies them
            now = reasons.get();
            transport.reading(now == 0);
        } while (reasons.get() != now);
    }
}
