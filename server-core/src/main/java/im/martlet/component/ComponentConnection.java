package im.martlet.component;

import im.martlet.session.Credit;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What one connection of a component is sent, in order; it waits, within bounds, while the component does not read. Of
 * the component's mailbox.
 */
final class ComponentConnection {
    private static final int MANY = 256; // waiting stanzas, from when senders wait with them

    private record QueuedStanza(Stanza stanza, byte[] bytes, Credit credit) {}

    private final ComponentStream stream;
    private final long most;
    private final ArrayDeque<QueuedStanza> queue = new ArrayDeque<>();
    private long bytes;
    private boolean behind; // the component reads slower than we write

    /** @param most bytes that may wait */
    ComponentConnection(ComponentStream stream, long most) {
        this.stream = stream;
        this.most = most;
    }

    ComponentStream stream() { return stream; }

    /** Takes a stanza. @return false when too much waits already */
    boolean take(Stanza stanza, Credit sender) {
        byte[] written = StanzaWriter.bytes(stanza);
        if (bytes + written.length > most) return false;
        var credit = queue.size() < MANY ? Credit.UNLIMITED : sender; // a flood waits for itself
        credit.take();
        bytes += written.length;
        queue.add(new QueuedStanza(stanza, written, credit));
        flush();
        return true;
    }

    private void flush() {
        while (!queue.isEmpty() && !behind && !stream.isOver()) {
            var next = queue.remove();
            bytes -= next.bytes.length;
            next.credit.giveBack();
            if (next.stanza instanceof Iq.Request request) stream.given().add(request);
            behind = !stream.send(next.bytes, () -> {
                behind = false;
                flush();
            });
        }
    }

    /** What was not sent yet; the connection is gone. */
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
