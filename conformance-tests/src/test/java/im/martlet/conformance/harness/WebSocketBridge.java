package im.martlet.conformance.harness;

import im.martlet.xml.Element;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlWriter;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;

/**
 * Carries one client's stream from TCP to a WebSocket (RFC 7395), so that tests of TCP streams also cover WebSockets.
 * Only the stream header and the stream end are translated; everything else passes unchanged.
 */
public final class WebSocketBridge extends StreamBridge implements WebSocket.Listener {
    private static final String NS = "urn:ietf:params:xml:ns:xmpp-framing";
    private static final String STREAM =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'";

    private static final class Shared {
        private static final HttpClient HTTP = client();

        private static HttpClient client() {
            try {
                return HttpClient.newBuilder().sslContext(Client.trustingAnybody()).build();
            } catch (java.security.GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final StringBuilder message = new StringBuilder();
    private final WebSocket server;

    private WebSocketBridge(Socket client, URI server) {
        super(client);
        this.server = Shared.HTTP.newWebSocketBuilder().subprotocols("xmpp").buildAsync(server, this).join();
    }

    /** Returns the shared HTTP client of the tests, which trusts any certificate. */
    public static HttpClient http() {
        return Shared.HTTP;
    }

    /** Returns the address of a server's WebSocket endpoint. */
    public static URI address(LocalServer server) {
        return URI
                .create("wss://localhost:" + server.server().http().secured().getFirst().getPort() + "/xmpp-websocket");
    }

    /** Returns a port for one connection, which a WebSocket carries on to a server. */
    public static int to(LocalServer server) throws IOException {
        return listen(client -> new WebSocketBridge(client, address(server)));
    }

    // ---- from the client

    @Override void clientLeft() { server.abort(); }

    private void send(Element element) { server.sendText(XmlWriter.toString(element), true).join(); }

    @Override public void header(StreamHeader header) {
        send(Element.of(NS, "open").with("to", header.element().attribute("to").orElse("")).with("version", "1.0"));
    }

    @Override public void element(Element element) { send(element); }

    @Override public void end() { send(Element.of(NS, "close")); }

    // ---- from the server

    @Override public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            received(message.toString());
            message.setLength(0);
        }
        socket.request(1);
        return null;
    }

    private void received(String element) {
        if (element.startsWith("<success")) restart();
        if (element.startsWith("<open "))
            write(STREAM + element.substring(element.indexOf(" id=")).replace("/>", ">"));
        else write(element.startsWith("<close") ? "</stream:stream>" : element);
    }

    @Override public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        closeClient();
        return null;
    }

    @Override public void onError(WebSocket socket, Throwable error) { closeClient(); }
}
