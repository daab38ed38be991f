package im.martlet.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JidTest {
    /** RFC 7622 §3.5, table 1. */
    @ParameterizedTest
    @ValueSource(strings = { "juliet@example.com", "juliet@example.com/foo", "juliet@example.com/foo bar",
            "juliet@example.com/foo@bar",
            "foo\\20bar@example.com", "fussball@example.com", "fu\u00dfball@example.com", "\u03c0@example.com",
            "\u03c3@example.com",
            "king@example.com/\u265a", "example.com", "example.com/foobar", "a.example.com/b@example.net",
            "juliet@[::1]/x", "juliet@127.0.0.1",
            "\u05d0\u05d1@example.com", "\u0645\u0631\u062d\u0628\u0627@example.com",
            "\u05d01@example.com" }) void validAddressesParseToTheirOwnText(String text) {
        assertThat(Jid.parse(text).toString()).isEqualTo(text);
    }

    /** RFC 7622 §3.5, table 2, and more. */
    @ParameterizedTest
    @ValueSource(strings = { "\"juliet\"@example.com", "foo bar@example.com", "juliet@example.com/",
            "@example.com/foobar", "henry\u2163@example.com",
            "\u265a@example.com", "juliet@", "/foobar", "", "@", "a@b@c", "juliet@example..com", "juliet@.com",
            "juliet@exa mple.com", "a<b@example.com",
            "juliet@exam\u0000ple.com", "ju\u0007liet@example.com", "juliet@example.com/\u0007", "\ud800@example.com",
            "juliet@example.com/\ud800",
            "juliet@a&b", "a:b@example.com", "a'b@example.com", "\u0378@example.com",
            // these three break the Bidi Rule (RFC 5893 §2)
            "\u05d0a\u05d1@example.com", "a\u05d0@example.com",
            "1\u05d0@example.com" }) void invalidAddressesAreRejected(String text) {
        assertThatThrownBy(() -> Jid.parse(text)).isInstanceOf(JidException.class);
    }

    @ParameterizedTest
    @CsvSource({ "Juliet@Example.COM, juliet@example.com", "JULIET@example.com/Balcony, juliet@example.com/Balcony",
            "juliet@example.com., juliet@example.com",
            "Σ@example.com, σ@example.com", "juliet@xn--mnchen-3ya.example, juliet@münchen.example",
            "juliet@MÜNCHEN.example, juliet@münchen.example",
            "ＪＵＬＩＥＴ@example.com, juliet@example.com",
            "é@example.com, é@example.com" }) void spellingsOfOneAddressAreEqual(String spelling, String prepared) {
        assertThat(Jid.parse(spelling)).isEqualTo(Jid.parse(prepared)).hasToString(prepared);
        assertThat(Jid.parse(spelling).hashCode()).isEqualTo(Jid.parse(prepared).hashCode());
    }

    @Test void partsHaveAtMost1023Bytes() {
        var most = "a".repeat(1023);
        assertThat(Jid.parse(most + "@example.com/" + most).resource()).hasSize(1023);
        assertThatThrownBy(() -> Jid.parse(most + "a@example.com")).hasMessageContaining("1023");
        assertThatThrownBy(() -> Jid.parse("a@example.com/" + most + "a")).hasMessageContaining("1023");
        assertThatThrownBy(() -> Jid.parse("é".repeat(600) + "@example.com")).hasMessageContaining("1023");
        assertThatThrownBy(() -> Jid.parse("a@" + most + "a")).hasMessageContaining("1023");
    }

    @Test void bareAddressAndHostAreDerivedFromFullAddress() {
        var full = Jid.parse("juliet@example.com/balcony");
        assertThat(full.bare()).hasToString("juliet@example.com").isEqualTo(Jid.parse("juliet@example.com"));
        assertThat(full.host()).hasToString("example.com");
        assertThat(full.bare().withResource("balcony")).isEqualTo(full);
        assertThat(full.isFull()).isTrue();
        assertThat(full.host().hasLocal()).isFalse();
    }

    @Test void randomTextParsesToStableAddressOrIsRejected() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) text.appendCodePoint(
                    random.nextInt(4) == 0 ? random.nextInt(0x11000) : "aZ09@/.-[]:é".codePointAt(random.nextInt(12)));
            try {
                var jid = Jid.parse(text.toString());
                assertThat(Jid.parse(jid.toString())).as(text.toString()).isEqualTo(jid);
            } catch (JidException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
