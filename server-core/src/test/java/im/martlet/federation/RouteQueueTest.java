package im.martlet.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.session.Credit;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stanzas that wait for a stream to a remote server. */
class RouteQueueTest {
    private static final byte[] TEN_BYTES = "0123456789".getBytes(UTF_8);

    private final RouteQueue queue = new RouteQueue(() -> 25);

    private static final class CountingCredit implements Credit {
        private int taken;

        @Override public void take() { taken++; }

        @Override public void giveBack() { taken--; }
    }

    private static Stanza stanza(String id) {
        return Iq.Set.of(Jid.parse("a.example"), Jid.parse("b.example"), id, Element.of("urn:x", "x"));
    }

    private RouteEntry add(String id) { return queue.add(stanza(id), TEN_BYTES, Credit.UNLIMITED); }

    @Test void stanzasLeaveInOrder() {
        add("1");
        add("2");
        assertThat(queue.remove().stanza().id()).isEqualTo("1");
        assertThat(queue.remove().stanza().id()).isEqualTo("2");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test void stanzasThatArePutBackComeFirst() {
        add("1");
        add("2");
        add("3");
        queue.putBack(List.of(queue.remove(), queue.remove()));
        assertThat(queue.remove().stanza().id()).isEqualTo("1");
    }

    @Test void bytesCountUntilTheStanzaIsReleased() {
        add("1");
        add("2");
        assertThat(queue.hasRoomFor(TEN_BYTES)).isFalse();
        var sent = queue.remove();
        assertThat(queue.hasRoomFor(TEN_BYTES)).isFalse();
        queue.release(sent);
        assertThat(queue.hasRoomFor(TEN_BYTES)).isTrue();
    }

    @Test void drainedStanzasAreReleased() {
        add("1");
        add("2");
        assertThat(queue.drain()).extracting(entry -> entry.stanza().id()).containsExactly("1", "2");
        assertThat(queue.hasRoomFor(TEN_BYTES)).isTrue();
    }

    @Test void onlyManyWaitingStanzasUseTheCreditOfTheSender() {
        var credit = new CountingCredit();
        for (int i = 0; i < 256; i++) queue.add(stanza("few"), TEN_BYTES, credit);
        assertThat(credit.taken).isZero();
        queue.add(stanza("one more"), TEN_BYTES, credit);
        assertThat(credit.taken).isEqualTo(1);
        queue.drain();
        assertThat(credit.taken).isZero();
    }
}
