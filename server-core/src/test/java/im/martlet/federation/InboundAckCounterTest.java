package im.martlet.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** XEP-0198 §4, between servers. */
class InboundAckCounterTest {
    private final InboundAckCounter handled = new InboundAckCounter();
    private final ArrayList<Long> answers = new ArrayList<>();

    @Test void whatIsDoneCountsWhenAllBeforeItIsDone() {
        handled.begin();
        var first = handled.admit();
        var second = handled.admit();
        second.run();
        assertThat(handled.count()).isZero();
        first.run();
        assertThat(handled.count()).isEqualTo(2);
    }

    @Test void everyQuestionIsAnsweredWhenWhatCameBeforeItIsDone() {
        handled.begin();
        var first = handled.admit();
        handled.whenHandled(answers::add);
        handled.whenHandled(answers::add);
        var second = handled.admit();
        handled.whenHandled(answers::add);
        assertThat(answers).isEmpty();
        first.run();
        assertThat(answers).containsExactly(1L, 1L);
        second.run();
        assertThat(answers).containsExactly(1L, 1L, 2L);
    }

    @Test void questionsThatPileUpTakeNoRoom() {
        handled.begin();
        handled.admit();
        for (int i = 0; i < 100_000; i++) handled.whenHandled(answers::add);
        assertThat(handled.waiting()).isEqualTo(1);
    }
}
