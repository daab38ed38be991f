package im.martlet.conformance.harness;

import im.martlet.xml.Element;
import im.martlet.xml.ElementParser;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import im.martlet.xml.XmlWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/**
 * Carries one client's stream from TCP to a WebSocket, so that whatever speaks on TCP can be tried over that. What
 * comes back is not touched, but for the first and the last word.
 */
public final class WebSocketBridge implements XmlStream.Receiver, WebSocket.Listener {
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

    private final Socket client;
    private final XmlStream xml = new XmlStream(new ElementParser(), new XmlLimits(64 << 20, 1000, 1000), this); // guarded by itself
    private final StringBuilder message = new StringBuilder();
    private final WebSocket server;

    private WebSocketBridge(Socket client, URI server) {
        this.client = client;
        this.server = Shared.HTTP.newWebSocketBuilder().subprotocols("xmpp").buildAsync(server, this).join();
    }

    public static HttpClient http() { return Shared.HTTP; }

    public static URI address(LocalServer server) {
        return URI
                .create("wss://localhost:" + server.server().http().secured().getFirst().getPort() + "/xmpp-websocket");
    }

    /** A port for one connection, from which a WebSocket goes on to a server. */
    public static int to(LocalServer server) throws IOException {
        var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("bridge").start(() -> {
            try (port; var client = port.accept()) {
                new WebSocketBridge(client, address(server)).carry();
            } catch (IOException gone) { // and so is the test
            }
        });
        return port.getLocalPort();
    }

    // ---- from the client

    private void carry() {
        var bytes = new byte[8192];
        try {
            for (int read = client.getInputStream().read(bytes); read >= 0; read = client.getInputStream().read(bytes))
                synchronized (xml) {
                    xml.feed(ByteBuffer.wrap(bytes, 0, read));
                }
        } catch (IOException | XmlException gone) { // it vanishes without a word
        }
        server.abort();
    }

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
            heard(message.toString());
            message.setLength(0);
        }
        socket.request(1);
        return null;
    }

    private void heard(String element) {
        if (element.startsWith("<success")) synchronized (xml) {
            xml.restart();
        }
        write(element.startsWith("<open ") ? STREAM + element.substring(element.indexOf(" id=")).replace("/>", ">")
                : element.startsWith("<close") ? "</stream:stream>" : element);
    }

    private void write(String text) {
        try {
            client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) { // the client does not want it
        }
    }

    @Override public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        leave();
        return null;
    }

    @Override public void onError(WebSocket socket, Throwable error) { leave(); }

    private void leave() {
        try {
            client.close();
        } catch (IOException gone) { // which is what is wanted
        }
    }
}
