package im.martlet.storage.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogIdTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00.123Z");

    @Test void idsContainTheirTime() {
        long id = LogId.next(0, NOON, -1);
        assertThat(LogId.time(id)).isEqualTo(NOON);
        assertThat(id).isBetween(LogId.first(NOON), LogId.last(NOON));
        assertThat(LogId.last(NOON) + 1).isEqualTo(LogId.first(NOON.plusMillis(1)));
    }

    @Test void timesOutOfRangeMapToTheFirstOrLastId() {
        assertThat(LogId.first(Instant.MAX)).isPositive()
                .isGreaterThan(LogId.last(Instant.parse("2200-01-01T00:00:00Z")));
        assertThat(LogId.first(Instant.MIN)).isNotNegative()
                .isLessThan(LogId.first(Instant.parse("1970-01-02T00:00:00Z")));
    }

    @Test void idsGrowEvenIfTheClockMovesBack() {
        long last = LogId.next(0, NOON, 0xfffff);
        for (long random = 0; random < 10_000; random++) {
            long next = LogId.next(last, NOON.minusSeconds(random % 3), random);
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }
}
