package im.martlet.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The count of handled stanzas of a remote server (XEP-0198 §4). */
class InboundAckCounterTest {
    private final InboundAckCounter counter = new InboundAckCounter();
    private final ArrayList<Long> answers = new ArrayList<>();

    @Test void aStanzaCountsWhenAllEarlierStanzasAreHandled() {
        counter.begin();
        var first = counter.admit();
        var second = counter.admit();
        second.run();
        assertThat(counter.count()).isZero();
        first.run();
        assertThat(counter.count()).isEqualTo(2);
    }

    @Test void aRequestIsAnsweredWhenAllEarlierStanzasAreHandled() {
        counter.begin();
        var first = counter.admit();
        counter.whenHandled(answers::add);
        counter.whenHandled(answers::add);
        var second = counter.admit();
        counter.whenHandled(answers::add);
        assertThat(answers).isEmpty();
        first.run();
        assertThat(answers).containsExactly(1L, 1L);
        second.run();
        assertThat(answers).containsExactly(1L, 1L, 2L);
    }

    @Test void equalRequestsAreKeptOnce() {
        counter.begin();
        counter.admit();
        for (int i = 0; i < 100_000; i++) counter.whenHandled(answers::add);
        assertThat(counter.waiting()).isEqualTo(1);
    }
}
