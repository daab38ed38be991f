package im.martlet.extensions.muc.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.RoomHistory.PastMessage;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests the history that a room sends to a new occupant (XEP-0045 §7.2.14). */
class RoomHistoryTest {
    private static final Jid ROOM = Jid.parse("coven@chat.example");

    private static PastMessage message(int id, String text) {
        return new PastMessage(id, id * 1000L, new Message(Message.Type.GROUPCHAT, ROOM, ROOM, "", "",
                Payload.of(Element.of(Stanza.CLIENT, "body").withText(text))));
    }

    private static RoomHistory history(int most, int messages) {
        var history = new RoomHistory(most);
        IntStream.rangeClosed(1, messages).forEach(i -> history.add(message(i, "text " + i)));
        return history;
    }

    private static List<Long> ids(List<PastMessage> all) { return all.stream().map(PastMessage::id).toList(); }

    @Test void theNewestMessagesStayAndAreSentInOrder() {
        assertThat(ids(history(3, 5).last(9, Long.MAX_VALUE, 0))).containsExactly(3L, 4L, 5L);
        assertThat(ids(history(9, 5).last(2, Long.MAX_VALUE, 0))).containsExactly(4L, 5L);
        assertThat(history(9, 5).last(0, Long.MAX_VALUE, 0)).isEmpty();
        assertThat(ids(history(9, 5).last(9, Long.MAX_VALUE, 4000))).containsExactly(4L, 5L);
        assertThat(history(0, 5).last(9, Long.MAX_VALUE, 0)).isEmpty();
    }

    @Test void onlyCompleteStanzasWithinTheSizeAreSent() {
        int size = message(1, "text 1").message().payload().size();
        assertThat(ids(history(9, 5).last(9, 2L * size, 0))).containsExactly(4L, 5L);
        assertThat(history(9, 5).last(9, size - 1, 0)).isEmpty();
        assertThat(history(9, 5).last(9, 0, 0)).isEmpty();
    }

    @Test void theBytesOfTheHistoryAreBounded() {
        var history = new RoomHistory(1000);
        for (int i = 1; i <= 10; i++) history.add(message(i, "x".repeat(50_000)));
        assertThat(ids(history.last(1000, Long.MAX_VALUE, 0))).containsExactly(6L, 7L, 8L, 9L, 10L);
        history.add(message(11, "x".repeat(1_000_000)));
        assertThat(history.last(1000, Long.MAX_VALUE, 0)).isEmpty();
    }

    @Test void aReplacedMessageKeepsItsPlace() {
        var history = history(9, 3);
        history.replace(2, m -> m.with(Payload.EMPTY));
        assertThat(history.last(9, Long.MAX_VALUE, 0)).extracting(m -> m.message().hasBody()).containsExactly(true,
                false, true);
    }
}
