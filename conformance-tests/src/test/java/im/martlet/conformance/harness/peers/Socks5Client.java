package im.martlet.conformance.harness.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.RoomVisitor;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection to the SOCKS5 proxy (XEP-0065) that has requested a stream.
 *
 * @param reply the reply code of the proxy
 */
public record Socks5Client(Socket socket, int reply) implements AutoCloseable {
    public static final String NS = "http://jabber.org/protocol/bytestreams";
    public static final Jid TARGET = Jid.parse("target@elsewhere.example/bar");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Connects, and requests the stream with this hash. */
    public static Socks5Client open(LocalServer server, String hash) throws IOException {
        var socket = new Socket("127.0.0.1", port(server));
        socket.setSoTimeout(20_000);
        var in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write(new byte[]{ 5, 2, 0, 2 });
        assertThat(in.readUnsignedShort()).isEqualTo(0x0500);
        var request = request(hash);
        socket.getOutputStream().write(request);
        var reply = new byte[request.length];
        in.readFully(reply);
        int code = reply[1];
        reply[1] = 1;
        assertThat(reply).as("BND.ADDR and BND.PORT repeat the request").isEqualTo(request);
        return new Socks5Client(socket, code);
    }

    private static byte[] request(String hash) {
        var bytes = new byte[7 + hash.length()];
        bytes[0] = 5;
        bytes[1] = 1;
        bytes[3] = 3;
        bytes[4] = (byte) hash.length();
        System.arraycopy(hash.getBytes(UTF_8), 0, bytes, 5, hash.length());
        return bytes;
    }

    /** Returns the port of the proxy. */
    public static int port(LocalServer server) {
        return server.server().extensionPorts().get("SOCKS5").getFirst().getPort();
    }

    /** Returns a new stream id. */
    public static String sid() { return "sid-" + NUMBER.incrementAndGet(); }

    /** Returns the hash of a stream from the requester to the target (XEP-0065 §5.3.2). */
    public static String hash(String sid, Jid requester) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1").digest((sid + requester + TARGET).getBytes(UTF_8)));
    }

    /** Activates a stream at the proxy of the client's host. Returns "result", or the condition of the error. */
    public static String activate(Client client, String sid) throws Exception {
        return activate(client, sid, client.jid().domain());
    }

    /** Activates a stream at the proxy of this host. */
    public static String activate(Client client, String sid, String host) throws Exception {
        client.send("<iq type='set' id='go' to='proxy." + host + "'><query xmlns='" + NS + "' sid='" + sid
                + "'><activate>" + TARGET + "</activate></query></iq>");
        var answer = client.receive();
        return answer.attribute("type").equals("result") ? "result" : RoomVisitor.condition(answer);
    }

    public void write(byte[] bytes) throws IOException { socket.getOutputStream().write(bytes); }

    public byte[] read(int length) throws IOException { return socket.getInputStream().readNBytes(length); }

    /** Returns whether the proxy has closed the connection. */
    public boolean isClosed() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Override public void close() throws IOException { socket.close(); }
}
