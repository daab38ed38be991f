package im.martlet.stanza;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomIdsTest {
    /** A client can resume only its own sessions, so a known id is no danger. Still, ids should not be predictable. */
    @Test void eachPositionOfAnIdIsRandom() {
        var ids = Stream.generate(RandomIds::next).limit(1000).toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[A-Za-z0-9_-]{20}"));
        for (int i = 0; i < 20; i++) {
            int place = i;
            assertThat(ids.stream().map(id -> id.charAt(place)).distinct().count()).as("letters at " + place)
                    .isGreaterThan(40);
        }
    }
}
