package im.martlet.extensions.muc.state;

import im.martlet.stanza.Message;
import im.martlet.xml.Namespaces;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The last messages of a room, for who enters; within bounds of number and of bytes. */
public final class RoomHistory {
    private static final long WINDOW = 72 * 3_600_000L; // milliseconds
    private static final long SHORTEST = 60_000;
    private static final int MOST_BYTES = 256 * 1024;

    /**
     * @param id in the archive, 0 when there is none
     * @param at milliseconds since 1970
     * @param message as it was reflected, without a recipient
     */
    public record Spoken(long id, long at, Message message) {}

    private final ArrayDeque<Spoken> messages = new ArrayDeque<>();
    private final int most;
    private int bytes;
    private boolean whole = true; // as long as nothing was forgotten

    /** @param most messages that are kept */
    public RoomHistory(int most) { this.most = most; }

    public void add(Spoken spoken) {
        messages.add(spoken);
        bytes += spoken.message.payload().size();
        while (messages.size() > most || bytes > MOST_BYTES && !messages.isEmpty()) {
            bytes -= messages.remove().message.payload().size();
            whole = false;
        }
    }

    /** There is more that is older than what is here. */
    public void isCut() { whole = false; }

    /**
     * About how many messages are said in an hour (XEP-0502): of the last three days, or as far as is remembered; empty
     * when that says nothing.
     *
     * @param now milliseconds since 1970
     */
    public Optional<Double> perHour(long now) {
        var counted = messages.stream().filter(s -> now - s.at < WINDOW && s.message.hasBody()
                && !s.message.has(Namespaces.CORRECTION, "replace")).toList();
        boolean all = whole || messages.stream().anyMatch(s -> now - s.at >= WINDOW);
        if (!all && counted.isEmpty()) return Optional.empty();
        double hours = Math.max(all ? WINDOW : now - counted.getFirst().at, SHORTEST) / 3_600_000.0;
        return Optional.of(counted.size() / hours);
    }

    /** Puts something else in the place of a message, if it is here. */
    public void replace(long id, UnaryOperator<Message> change) {
        var all = List.copyOf(messages);
        messages.clear();
        bytes = 0;
        for (Spoken s : all) add(s.id == id ? new Spoken(id, s.at, change.apply(s.message)) : s);
    }

    /**
     * The newest messages, in order.
     *
     * @param most messages
     * @param characters at most, of complete stanzas
     * @param since milliseconds; none that are older
     */
    public List<Spoken> last(int most, long characters, long since) {
        var chosen = new ArrayList<Spoken>();
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
