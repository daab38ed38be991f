package im.martlet.extensions.muc.state;

import im.martlet.stanza.Message;
import im.martlet.xml.Namespaces;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Holds the last messages of a room, for new occupants. The number and the bytes of the messages are bounded. */
public final class RoomHistory {
    private static final long RATE_WINDOW = 72 * 3_600_000L; // milliseconds
    private static final long MIN_RATE_WINDOW = 60_000; // milliseconds
    private static final int MAX_BYTES = 256 * 1024;

    /**
     * A message of the past.
     *
     * @param id the id in the archive; 0 when there is none
     * @param at milliseconds since 1970
     * @param message the message as occupants received it, without a recipient
     */
    public record PastMessage(long id, long at, Message message) {}

    private final ArrayDeque<PastMessage> messages = new ArrayDeque<>();
    private final int most;
    private int bytes;
    private boolean complete = true; // until the first message is forgotten

    /** @param most the largest number of messages to keep */
    public RoomHistory(int most) { this.most = most; }

    public void add(PastMessage added) {
        messages.add(added);
        bytes += added.message.payload().size();
        while (messages.size() > most || bytes > MAX_BYTES && !messages.isEmpty()) {
            bytes -= messages.remove().message.payload().size();
            complete = false;
        }
    }

    /** Notes that the room has older messages than those added here. */
    public void markIncomplete() {
        complete = false;
    }

    /**
     * Returns the number of messages an hour, about (XEP-0502). It is measured over the last three days, or since the
     * oldest message in memory. Empty when this history cannot tell.
     *
     * @param now milliseconds since 1970
     */
    public Optional<Double> perHour(long now) {
        var counted = messages.stream().filter(m -> now - m.at < RATE_WINDOW && m.message.hasBody()
                && !m.message.has(Namespaces.CORRECTION, "replace")).toList();
        boolean coversWindow = complete || messages.stream().anyMatch(m -> now - m.at >= RATE_WINDOW);
        if (!coversWindow && counted.isEmpty()) return Optional.empty();
        double hours = Math.max(coversWindow ? RATE_WINDOW : now - counted.getFirst().at, MIN_RATE_WINDOW)
                / 3_600_000.0;
        return Optional.of(counted.size() / hours);
    }

    /** Changes the message with this id, if it is here. */
    public void replace(long id, UnaryOperator<Message> change) {
        var all = List.copyOf(messages);
        messages.clear();
        bytes = 0;
        for (PastMessage m : all) add(m.id == id ? new PastMessage(id, m.at, change.apply(m.message)) : m);
    }

    /**
     * Returns the newest messages, in order.
     *
     * @param most the largest number of messages
     * @param characters the largest total size; only complete stanzas count
     * @param since milliseconds since 1970; older messages are left out
     */
    public List<PastMessage> last(int most, long characters, long since) {
        var chosen = new ArrayList<PastMessage>();
        long left = characters;
        for (var all = messages.descendingIterator(); all.hasNext() && chosen.size() < most;) {
            var next = all.next();
            left -= next.message.payload().size();
            if (left < 0 || next.at < since) break;
            chosen.add(next);
        }
        return chosen.reversed();
    }
}
