package im.martlet.stream;

import im.martlet.net.Transport;
import java.util.concurrent.atomic.AtomicInteger;

/** Reasons not to read from a connection at the moment; it is read from while there is none. Any thread. */
final class ReadPauses {
    enum Reason {
        /** It sent more than its rate allows. */
        RATE,
        /** Its stanzas fill somebody's mailbox. */
        CREDIT,
        /** It is ahead of a negotiation. */
        NEGOTIATION,
        /** It asks for more than it reads. */
        OUTBOUND;

        private final int bit = 1 << ordinal();
    }

    private final AtomicInteger reasons = new AtomicInteger();
    private final Transport transport;

    ReadPauses(Transport transport) { this.transport = transport; }

    void hold(Reason reason) { update(reasons.getAndUpdate(r -> r | reason.bit)); }

    void release(Reason reason) { update(reasons.getAndUpdate(r -> r & ~reason.bit)); }

    boolean isHeld(Reason reason) { return (reasons.get() & reason.bit) != 0; }

    private void update(int before) {
        int now = reasons.get();
        if ((before == 0) == (now == 0)) return;
        do { // two threads may come here at once: the last to look sees the truth
            now = reasons.get();
            transport.reading(now == 0);
        } while (reasons.get() != now);
    }
}
