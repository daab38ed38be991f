package im.martlet.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The keys of dialback (XEP-0185). */
class DialbackKeysTest {
    private final DialbackKeys keys = new DialbackKeys("s3cr3tf0rd14lb4ck".getBytes(UTF_8));

    @Test void keysEqualTheExamplesOfTheSpecification() { // XEP-0185 §3, XEP-0220 example 1
        assertThat(keys.key("xmpp.example.com", "example.org", "D60000229F"))
                .isEqualTo("37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643");
        assertThat(keys.key("montague.example", "capulet.example", "D60000229F"))
                .isEqualTo("b4835385f37fe2895af6c196b59097b16862406db80559900d96bf6fa7d23df3");
    }

    @Test void aKeyHoldsForOnePairAndOneStreamOnly() { // CVE-2016-0756: the parts of a key must be separate
        String key = keys.key("b.example", "a.example", "id");
        assertThat(keys.isRight(key, "b.example", "a.example", "id")).isTrue();
        assertThat(keys.isRight(key, "a.example", "b.example", "id")).isFalse();
        assertThat(keys.isRight(key, "b.example", "a.example", "id2")).isFalse();
        assertThat(keys.isRight(key, "b.examplea.example", "", "id")).isFalse();
        assertThat(keys.isRight(key, "xb.example", "a.example", "id")).isFalse();
        assertThat(keys.isRight("", "b.example", "a.example", "id")).isFalse();
    }

    @Test void eachRunOfTheServerHasItsOwnSecret() {
        assertThat(new DialbackKeys().key("b.example", "a.example", "id"))
                .isNotEqualTo(new DialbackKeys().key("b.example", "a.example", "id"));
    }
}
