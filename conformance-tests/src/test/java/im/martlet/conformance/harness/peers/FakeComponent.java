package im.martlet.conformance.harness.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.HexFormat;

/** A component (XEP-0114) that sends any text, and returns the text that it receives. */
public final class FakeComponent implements AutoCloseable {
    private final PeerServer peer;

    public FakeComponent(int port) throws Exception { peer = new PeerServer(port); }

    public static String header(String domain) {
        return "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='"
                + domain + "'>";
    }

    public static String proof(String id, String secret) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest((id + secret).getBytes(UTF_8)));
    }

    /** Opens a stream, and waits until the server accepts the handshake. */
    public FakeComponent connect(String domain, String secret) throws Exception {
        handshake(domain, secret);
        until("<handshake/>");
        return this;
    }

    public FakeComponent handshake(String domain, String secret) throws Exception {
        send(header(domain));
        until("<stream:stream");
        return send("<handshake>" + proof(peer.id(until(">")), secret) + "</handshake>");
    }

    public FakeComponent send(String xml) throws Exception {
        peer.send(xml);
        return this;
    }

    public String until(String part) throws Exception { return peer.until(part); }

    public String rest() throws Exception { return peer.rest(); }

    public PeerServer line() { return peer; }

    @Override public void close() throws java.io.IOException { peer.close(); }
}
