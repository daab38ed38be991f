package im.martlet.extensions.muc.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.RoomHistory.Spoken;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** XEP-0045 §7.2.14: what who enters is sent of the past. */
class RoomHistoryTest {
    private static final Jid ROOM = Jid.parse("coven@chat.example");

    private static Spoken spoken(int id, String text) {
        return new Spoken(id, id * 1000L, new Message(Message.Type.GROUPCHAT, ROOM, ROOM, "", "",
                Payload.of(Element.of(Stanza.CLIENT, "body").withText(text))));
    }

    private static RoomHistory of(int most, int messages) {
        var history = new RoomHistory(most);
        IntStream.rangeClosed(1, messages).forEach(i -> history.add(spoken(i, "text " + i)));
        return history;
    }

    private static List<Long> ids(List<Spoken> all) { return all.stream().map(Spoken::id).toList(); }

    @Test void theNewestAreKeptAndSentInOrder() {
        assertThat(ids(of(3, 5).last(9, Long.MAX_VALUE, 0))).containsExactly(3L, 4L, 5L);
        assertThat(ids(of(9, 5).last(2, Long.MAX_VALUE, 0))).containsExactly(4L, 5L);
        assertThat(of(9, 5).last(0, Long.MAX_VALUE, 0)).isEmpty();
        assertThat(ids(of(9, 5).last(9, Long.MAX_VALUE, 4000))).containsExactly(4L, 5L);
        assertThat(of(0, 5).last(9, Long.MAX_VALUE, 0)).isEmpty();
    }

    @Test void onlyCompleteStanzasAreSentThatFit() {
        int size = spoken(1, "text 1").message().payload().size();
        assertThat(ids(of(9, 5).last(9, 2L * size, 0))).containsExactly(4L, 5L);
        assertThat(of(9, 5).last(9, size - 1, 0)).isEmpty();
        assertThat(of(9, 5).last(9, 0, 0)).isEmpty();
    }

    @Test void itIsBoundedInBytesToo() {
        var history = new RoomHistory(1000);
        for (int i = 1; i <= 10; i++) history.add(spoken(i, "x".repeat(50_000)));
        assertThat(ids(history.last(1000, Long.MAX_VALUE, 0))).containsExactly(6L, 7L, 8L, 9L, 10L);
        history.add(spoken(11, "x".repeat(1_000_000)));
        assertThat(history.last(1000, Long.MAX_VALUE, 0)).isEmpty();
    }

    @Test void whatIsTakenBackIsReplacedInItsPlace() {
        var history = of(9, 3);
        history.replace(2, m -> m.with(Payload.EMPTY));
        assertThat(history.last(9, Long.MAX_VALUE, 0)).extracting(s -> s.message().hasBody()).containsExactly(true,
                false, true);
    }
}
