package im.martlet.stanza;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamErrorTest {
    /** RFC 6120 §4.9.3.19. */
    @Test void seeOtherHostContainsTheAddress() {
        assertThat(StreamError.seeOtherHost("[2001:41D0:1:A49b::1]:9222").toXml()).isEqualTo(
                "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>"
                        + "[2001:41D0:1:A49b::1]:9222</see-other-host></stream:error>");
    }

    @Test void errorTextIsEscapedAndMarkedAsEnglish() {
        assertThat(StreamError.Condition.RESET.because("a <reason>").toXml())
                .isEqualTo("<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                        + "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>"
                        + "a &lt;reason&gt;</text></stream:error>");
    }
}
