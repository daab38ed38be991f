package im.martlet.extensions.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How often a service that cannot be reached is tried. */
class DomainBackoffTest {
    private static final Instant BEGIN = Instant.parse("2026-11-25T12:00:00Z");

    @Test void inAnHourWithoutAnAnswerThereAreAFewAttemptsAndThenOneFindsOutForAll() {
        var pacing = new DomainBackoff(() -> Duration.ofMinutes(10));
        int attempts = 0;
        Instant now = BEGIN;
        for (; now.isBefore(BEGIN.plus(Duration.ofHours(1))); now = now.plusSeconds(1)) {
            var waits = pacing.enter("push.example", now);
            if (waits.isPresent()) {
                assertThat(waits.get()).isAfter(now).isBeforeOrEqualTo(now.plus(Duration.ofMinutes(10)));
                continue;
            }
            attempts++;
            pacing.failed("push.example", now);
        }
        assertThat(attempts).isEqualTo(15); // after 1, 2, 4 ... 512 seconds, and then each 10 minutes
        now = BEGIN.plus(Duration.ofHours(2));
        assertThat(pacing.enter("push.example", now)).isEmpty();
        assertThat(pacing.enter("push.example", now)).as("one finds out").contains(now.plusSeconds(2));
        assertThat(pacing.enter("other.example", now)).isEmpty();
        pacing.reached("push.example");
        assertThat(pacing.enter("push.example", now)).isEmpty();
        assertThat(pacing.enter("push.example", now)).isEmpty();
    }

    @Test void severalThatFailAtTheSameTimeCountOnce() {
        var pacing = new DomainBackoff(() -> Duration.ofMinutes(10));
        for (int i = 0; i < 5; i++) assertThat(pacing.enter("push.example", BEGIN)).isEmpty();
        for (int i = 0; i < 5; i++) assertThat(pacing.failed("push.example", BEGIN)).isEqualTo(BEGIN.plusSeconds(1));
        assertThat(pacing.enter("push.example", BEGIN.plusMillis(500))).contains(BEGIN.plusSeconds(1));
    }
}
