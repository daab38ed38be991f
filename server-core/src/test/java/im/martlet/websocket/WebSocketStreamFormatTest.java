package im.martlet.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.stanza.StreamError;
import im.martlet.xml.Element;
import im.martlet.xml.ElementParser;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the end of a stream on a WebSocket. WebSocketTest tests the rest. */
class WebSocketStreamFormatTest {
    private final WebSocketStreamFormat messages =
            new WebSocketStreamFormat(new ElementParser(), new XmlLimits(10_000, 16, 32), new XmlStream.Receiver() {
                @Override public void header(StreamHeader header) {}

                @Override public void element(Element element) {}

                @Override public void end() {}
            });

    private List<String> end(StreamError why) {
        return messages.end(why).stream().map(bytes -> new String(bytes, UTF_8)).toList();
    }

    /** RFC 7395 §3.6.1. */
    @Test void redirectedClientGetsTheUri() {
        assertThat(end(StreamError.seeOtherHost("b.example:5443"))).containsExactly(
                "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'"
                        + " see-other-uri='wss://b.example:5443/xmpp-websocket'/>");
    }

    /** §3.4. */
    @Test void streamErrorIsTheMessageBeforeTheLast() {
        var said = end(StreamError.Condition.CONNECTION_TIMEOUT.plain());
        assertThat(said).hasSize(2);
        assertThat(said.getFirst())
                .startsWith("<stream:error xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>")
                .contains("<connection-timeout ");
        assertThat(said.getLast()).isEqualTo("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    }
}
