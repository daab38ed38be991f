package im.martlet.conformance.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.WebSocketBridge;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the rules of RFC 7395 that are particular to WebSockets. Dialogues test the streams themselves. */
class WebSocketTest {
    private static final String OPEN =
            "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>";
    private static final String CLOSE = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>";

    private final LocalServer server = LocalServer.shared();

    /** A client that sends any WebSocket messages. */
    private static final class Talker implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final StringBuilder message = new StringBuilder();
        final WebSocket socket;

        Talker(URI address, String... headers) {
            var builder = WebSocketBridge.http().newWebSocketBuilder().subprotocols("xmpp");
            for (int i = 0; i < headers.length; i += 2) builder.header(headers[i], headers[i + 1]);
            socket = builder.buildAsync(address, this).join();
        }

        Talker say(String text) {
            socket.sendText(text, true).join();
            return this;
        }

        String hear() throws InterruptedException { return String.valueOf(received.poll(20, TimeUnit.SECONDS)); }

        /** Logs in and binds a resource. */
        Talker login(im.martlet.address.Jid account) throws InterruptedException {
            var open = OPEN.replace("localhost", account.domain());
            say(open).hear();
            hear();
            assertThat(say(Client.plain(account.local(), LocalServer.PASSWORD)).hear()).startsWith("<success");
            say(open).hear();
            hear();
            assertThat(say(
                    "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
                    .hear()).contains("type='result'");
            return this;
        }

        @Override public CompletionStage<?> onText(WebSocket s, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                received.add(message.toString());
                message.setLength(0);
            }
            s.request(1);
            return null;
        }

        @Override public CompletionStage<?> onPong(WebSocket s, ByteBuffer bytes) {
            received.add("pong");
            s.request(1);
            return null;
        }

        @Override public CompletionStage<?> onClose(WebSocket s, int status, String reason) {
            received.add("closed " + status);
            return null;
        }

        @Override public void onError(WebSocket s, Throwable error) { received.add("error"); }
    }

    private Talker talker() { return new Talker(WebSocketBridge.address(server)); }

    @Test void eachMessageIsACompleteElement() throws Exception {
        var talker = talker().say(OPEN);
        var open = ReceivedXml.parse(talker.hear());
        assertThat(open.is("urn:ietf:params:xml:ns:xmpp-framing", "open")).isTrue();
        assertThat(open.attributes()).containsEntry("from", "localhost").containsEntry("version", "1.0")
                .containsKey("id");
        var features = ReceivedXml.parse(talker.hear());
        assertThat(features.is(Client.STREAMS, "features")).isTrue();
        assertThat(features.child("mechanisms")).isPresent();
        assertThat(features.child("starttls")).isEmpty();
        var stanza = ReceivedXml.parse(talker().login(server.account("romeo"))
                .say("<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
                .hear());
        assertThat(stanza.is("jabber:client", "iq")).isTrue();
    }

    @Test void closeIsAnsweredAndTheSocketIsClosed() throws Exception {
        var talker = talker().login(server.account("romeo")).say(CLOSE);
        assertThat(talker.hear()).isEqualTo(CLOSE);
        assertThat(talker.hear()).isEqualTo("closed 1000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "<message xmlns='jabber:client'>             | not-well-formed", // an incomplete element
            "<message xmlns='jabber:client'/><presence xmlns='jabber:client'/> | bad-format", // two elements
            "<message xmlns='jabber:client'/> x          | bad-format",
            "</message>                                  | not-well-formed",
            "</messages>                                 | not-well-formed",
            "x<message xmlns='jabber:client'/>           | bad-format",
            "\" <message xmlns='jabber:client'/>\"       | bad-format",
            "\"\"                                        | bad-format", // whitespace keep-alive is only for TCP (§3.8)
            "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/> | bad-format", // a second header
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'> | not-well-formed",
            "<?xml version='1.0'?><message xmlns='jabber:client'/> | restricted-xml",
            "<!-- x --><message xmlns='jabber:client'/>  | restricted-xml",
            "<message/>                                  | unsupported-stanza-type", // without a namespace
            "<message xmlns='jabber:client'/>            | not-authorized" }) void invalidMessageEndsTheStream(
                    String message, String condition) throws Exception {
        var talker = talker().say(OPEN);
        talker.hear();
        talker.hear();
        var error = ReceivedXml.parse(talker.say(message).hear());
        assertThat(error.is(Client.STREAMS, "error")).as(error.toString()).isTrue();
        assertThat(error.children().getFirst().name()).isEqualTo(condition);
        assertThat(talker.hear()).isEqualTo(CLOSE);
        assertThat(talker.hear()).isEqualTo("closed 1000");
    }

    @Test void streamWithoutOpenIsOpenedAndEnded() throws Exception {
        var talker = talker().say("<message xmlns='jabber:client'/>");
        assertThat(talker.hear()).startsWith("<open ");
        assertThat(talker.hear()).contains("<bad-format");
        assertThat(talker.hear()).isEqualTo(CLOSE);
    }

    @Test void unknownHostEndsTheStream() throws Exception {
        var talker = talker().say(OPEN.replace("localhost", "elsewhere.example"));
        assertThat(talker.hear()).startsWith("<open ");
        assertThat(talker.hear()).contains("<host-unknown");
    }

    @Test void messageMayArriveInFrames() throws Exception {
        var talker = talker().login(server.account("romeo"));
        var ping = "<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>";
        for (int i = 0; i < ping.length(); i++)
            talker.socket.sendText(ping.substring(i, i + 1), i == ping.length() - 1).join();
        assertThat(talker.hear()).contains("type='result'");
    }

    @Test void oversizedMessageEndsTheStreamBeforeItsEnd() throws Exception {
        var talker = talker().say(OPEN);
        talker.hear();
        talker.hear();
        talker.socket.sendText("<message xmlns='jabber:client'><body>" + "x".repeat(20_000), false).join();
        assertThat(talker.hear()).contains("<policy-violation");
    }

    @Test void largeMessageIsAllowedAfterLogin() throws Exception {
        var large = talker().login(server.account("romeo"));
        assertThat(large.say("<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'>"
                + "x".repeat(100_000) + "</ping></iq>").hear()).contains("type='result'");
    }

    @Test void binaryMessageIsRefused() throws Exception {
        var talker = talker().say(OPEN);
        talker.hear();
        talker.hear();
        talker.socket.sendBinary(ByteBuffer.wrap(new byte[3]), true).join();
        assertThat(talker.hear()).isEqualTo("closed 1003");
    }

    @Test void webSocketPingIsAnswered() throws Exception {
        var talker = talker();
        talker.socket.sendPing(ByteBuffer.allocate(4)).join();
        assertThat(talker.hear()).isEqualTo("pong");
    }

    @Test void subprotocolIsXmpp() throws Exception {
        assertThat(talker().socket.getSubprotocol()).isEqualTo("xmpp");
    }

    @Test void otherSubprotocolsAreRefused() throws Exception {
        var other = WebSocketBridge.http().newWebSocketBuilder().subprotocols("mqtt")
                .buildAsync(WebSocketBridge.address(server), new WebSocket.Listener() {});
        assertThatThrownBy(other::join).isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }

    @Test void plainHttpIsRefusedExceptFromATlsProxy() throws Exception {
        var plain =
                URI.create("ws://localhost:" + server.server().http().plain().getFirst().getPort() + "/xmpp-websocket");
        assertThatThrownBy(() -> new Talker(plain)).hasCauseInstanceOf(WebSocketHandshakeException.class);
        var talker = new Talker(plain, "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https")
                .login(server.account("romeo"));
        assertThat(talker.say(CLOSE).hear()).isEqualTo(CLOSE);
    }

    @Test void onlyConfiguredOriginsMayConnect() {
        try (var strict =
                LocalServer.start(LocalServer.SETTINGS + "[websocket]\norigins = ['https://chat.example']\n")) {
            var address = WebSocketBridge.address(strict);
            assertThatThrownBy(() -> new Talker(address, "Origin", "https://evil.example"))
                    .hasCauseInstanceOf(WebSocketHandshakeException.class);
            assertThat(new Talker(address, "Origin", "https://chat.example").socket.isOutputClosed()).isFalse();
            assertThat(new Talker(address).socket.isOutputClosed()).as("a client that is no browser").isFalse();
        }
    }

    @Test void connectionsBeforeLoginAreLimitedPerAddress() throws Exception {
        try (var strict = LocalServer
                .start(LocalServer.SETTINGS.replace("waiting_per_address = 10000", "waiting_per_address = 2"))) {
            var address = WebSocketBridge.address(strict);
            var account = strict.account("romeo");
            for (int i = 0; i < 3; i++) new Talker(address).login(account);
            var waiting = new Talker[]{ new Talker(address), new Talker(address) };
            assertThat(new Talker(address).hear()).isEqualTo("closed 1013");
            for (var talker : waiting) assertThat(talker.say(OPEN).hear()).startsWith("<open");
        }
    }

    @Test void loginTimeoutEndsTheStream() throws Exception {
        try (var quick =
                LocalServer.start(LocalServer.SETTINGS.replace("[limits]", "[limits]\ntime_to_login = '1s'"))) {
            var talker = new Talker(WebSocketBridge.address(quick));
            assertThat(talker.hear()).startsWith("<open");
            assertThat(talker.hear()).contains("<connection-timeout");
        }
    }

    @Test void stoppingServerSendsSystemShutdown() throws Exception {
        var stopping = LocalServer.start(LocalServer.SETTINGS);
        var talker = new Talker(WebSocketBridge.address(stopping)).login(stopping.account("romeo"));
        stopping.close();
        assertThat(talker.hear()).contains("<system-shutdown");
        assertThat(talker.hear()).isEqualTo(CLOSE);
        assertThat(talker.hear()).isEqualTo("closed 1000");
    }

    @Test void disabledTransportsAreNotServed() throws Exception {
        try (var off =
                LocalServer.start(LocalServer.SETTINGS + "[websocket]\nenabled = false\n[bosh]\nenabled = false\n")) {
            for (String path : new String[]{ "/xmpp-websocket", "/http-bind" }) {
                var asked = HttpRequest
                        .newBuilder(URI.create(
                                "https://localhost:" + off.server().http().secured().getFirst().getPort() + path))
                        .build();
                assertThat(WebSocketBridge.http().send(asked, BodyHandlers.discarding()).statusCode()).isEqualTo(404);
            }
        }
    }
}
