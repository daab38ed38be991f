package im.martlet.extensions.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Pauses between attempts at a domain that cannot be reached. */
class DomainBackoffTest {
    private static final Instant BEGIN = Instant.parse("2026-11-25T12:00:00Z");

    @Test void pausesGrowAndThenOneAttemptTestsTheDomain() {
        var backoff = new DomainBackoff(() -> Duration.ofMinutes(10));
        int attempts = 0;
        Instant now = BEGIN;
        for (; now.isBefore(BEGIN.plus(Duration.ofHours(1))); now = now.plusSeconds(1)) {
            var waits = backoff.enter("push.example", now);
            if (waits.isPresent()) {
                assertThat(waits.get()).isAfter(now).isBeforeOrEqualTo(now.plus(Duration.ofMinutes(10)));
                continue;
            }
            attempts++;
            backoff.failed("push.example", now);
        }
        assertThat(attempts).isEqualTo(15); // after 1, 2, 4 ... 512 seconds, and then each 10 minutes
        now = BEGIN.plus(Duration.ofHours(2));
        assertThat(backoff.enter("push.example", now)).isEmpty();
        assertThat(backoff.enter("push.example", now)).as("another attempt tests the domain")
                .contains(now.plusSeconds(2));
        assertThat(backoff.enter("other.example", now)).isEmpty();
        backoff.reached("push.example");
        assertThat(backoff.enter("push.example", now)).isEmpty();
        assertThat(backoff.enter("push.example", now)).isEmpty();
    }

    @Test void simultaneousFailuresCountOnce() {
        var backoff = new DomainBackoff(() -> Duration.ofMinutes(10));
        for (int i = 0; i < 5; i++) assertThat(backoff.enter("push.example", BEGIN)).isEmpty();
        for (int i = 0; i < 5; i++) assertThat(backoff.failed("push.example", BEGIN)).isEqualTo(BEGIN.plusSeconds(1));
        assertThat(backoff.enter("push.example", BEGIN.plusMillis(500))).contains(BEGIN.plusSeconds(1));
    }
}
