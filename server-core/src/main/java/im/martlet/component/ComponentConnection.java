package im.martlet.component;

import im.martlet.session.Credit;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of one connection of a component. Stanzas wait, in order and within bounds, while the component does not
 * read. On the component's mailbox.
 */
final class ComponentConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ComponentConnection.class);
    private static final int MANY = 256; // waiting stanzas; further stanzas use the credit of their senders

    private record WaitingStanza(Stanza stanza, byte[] bytes, Credit credit) {}

    private final ComponentStream stream;
    private final long mostBytes;
    private final ArrayDeque<WaitingStanza> queue = new ArrayDeque<>();
    private long bytes;
    private boolean slow; // the component reads slower than this server writes

    /** @param mostBytes bytes that may wait */
    ComponentConnection(ComponentStream stream, long mostBytes) {
        this.stream = stream;
        this.mostBytes = mostBytes;
    }

    ComponentStream stream() { return stream; }

    /** Sends a stanza, or lets it wait. @return false if there is no room */
    boolean take(Stanza stanza, Credit sender) {
        byte[] written = StanzaWriter.bytes(stanza);
        if (bytes + written.length > mostBytes) return false;
        var credit = queue.size() < MANY ? Credit.UNLIMITED : sender; // a flood stops itself
        credit.take();
        bytes += written.length;
        queue.add(new WaitingStanza(stanza, written, credit));
        flush();
        if (!queue.isEmpty()) Decision.HELD_BACK.log(LOG, "the component reads too slowly", null, stanza);
        return true;
    }

    private void flush() {
        while (!queue.isEmpty() && !slow && !stream.isOver()) {
            var next = queue.remove();
            bytes -= next.bytes.length;
            next.credit.giveBack();
            if (next.stanza instanceof Iq.Request request) stream.requestsToComponent().add(request);
            slow = !stream.send(next.bytes, () -> {
                slow = false;
                flush();
            });
        }
    }

    /** Removes and returns the waiting stanzas; the connection has ended. */
    List<Stanza> leftOver() {
        var rest = new ArrayList<Stanza>();
        for (var next = queue.poll(); next != null; next = queue.poll()) {
            next.credit.giveBack();
            rest.add(next.stanza);
        }
        return rest;
    }

    int waiting() { return queue.size(); }
}
