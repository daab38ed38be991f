package im.martlet.session;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.session.AckWindow.Ack;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** XEP-0198 §4, as the sender of stanzas. */
class AckWindowTest {
    private final AckWindow<String> window = new AckWindow<>();
    private final List<String> handled = new ArrayList<>();

    private void send(String... stanzas) {
        for (String stanza : stanzas) window.add(stanza);
    }

    @Test void acknowledgedStanzasLeaveTheWindowInOrder() {
        send("a", "b", "c");
        assertThat(window.acknowledge(2, handled::add)).isEqualTo(Ack.ACCEPTED);
        assertThat(handled).containsExactly("a", "b");
        assertThat(window.unacked()).containsExactly("c");
        assertThat(window.sent()).isEqualTo(3);
    }

    @Test void anEqualCountIsAcceptedAndChangesNothing() {
        send("a", "b");
        window.acknowledge(1, handled::add);
        assertThat(window.acknowledge(1, handled::add)).isEqualTo(Ack.ACCEPTED);
        assertThat(handled).containsExactly("a");
    }

    @Test void anEarlierCountIsOutdated() {
        send("a", "b", "c");
        window.acknowledge(3, handled::add);
        assertThat(window.acknowledge(2, handled::add)).isEqualTo(Ack.OUTDATED);
        assertThat(window.sent()).isEqualTo(3);
    }

    @Test void aCountBeyondTheSentStanzasIsTooHigh() {
        send("a");
        assertThat(window.acknowledge(2, handled::add)).isEqualTo(Ack.TOO_HIGH);
        assertThat(handled).isEmpty();
        assertThat(window.unacked()).containsExactly("a");
    }

    @Test void countsBeginAnewAtTwoToThe32() {
        assertThat(AckWindow.modulo((1L << 32) - 1)).isEqualTo(4_294_967_295L);
        assertThat(AckWindow.modulo(1L << 32)).isZero();
        assertThat(AckWindow.modulo((1L << 32) + 7)).isEqualTo(7);
    }
}
