package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.ExpectedStanza;
import im.martlet.conformance.harness.ReceivedXml;
import java.util.HashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that dialogues match stanza elements loosely and all other elements strictly. */
class ExpectedStanzaTest {
    private static boolean matches(String expected, String actual) {
        return new ExpectedStanza(new HashMap<>()).matches(stanza(expected), stanza(actual));
    }

    private static ReceivedXml stanza(String content) {
        return ReceivedXml.parse("<message xmlns='jabber:client'>" + content + "</message>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "''                                        | <body>more</body>",
            "<body/>                                   | <body>text</body>",
            "<error><gone xmlns='urn:e'/></error>      | <error type='cancel'><gone xmlns='urn:e'/><text xmlns='urn:e'>why</text></error>",
            "<x xmlns='urn:x'><y/><z/></x>             | <x xmlns='urn:x'><z/><y/></x>",
            "<x xmlns='urn:x' a='{any}'>{any}</x>      | <x xmlns='urn:x' a='1'>text</x>",
            "<x xmlns='urn:x' a='{none}'/>             | <x xmlns='urn:x'/>",
            "<x xmlns='urn:x'><body xmlns='jabber:client'/></x> | <x xmlns='urn:x'><body xmlns='jabber:client'>text</body></x>" }) void stanzaElementsMayHaveMoreThanExpected(
                    String expected, String actual) {
        assertThat(matches(expected, actual)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "<x xmlns='urn:x'/>                        | <x xmlns='urn:x' a='1'/>",
            "<x xmlns='urn:x'/>                        | <x xmlns='urn:x'>text</x>",
            "<x xmlns='urn:x'/>                        | <x xmlns='urn:x'><y/></x>",
            "<x xmlns='urn:x'><y/></x>                 | <x xmlns='urn:x'><y a='1'/></x>",
            "<x xmlns='urn:x'><y/></x>                 | <x xmlns='urn:x'><y>text</y></x>",
            "<x xmlns='urn:x'><y/></x>                 | <x xmlns='urn:x'><y><z/></y></x>",
            "<x xmlns='urn:x'><y/></x>                 | <x xmlns='urn:x'><y/><y/></x>",
            "<x xmlns='urn:x'><y/><y/></x>             | <x xmlns='urn:x'><y/><z/></x>",
            "<x xmlns='urn:x' a='{none}'/>             | <x xmlns='urn:x' a='1'/>",
            "<x xmlns='urn:x' a='1'/>                  | <x xmlns='urn:x' b='1'/>" }) void elementsOfOtherNamespacesMustMatchExactly(
                    String expected, String actual) {
        assertThat(matches(expected, actual)).isFalse();
    }
}
