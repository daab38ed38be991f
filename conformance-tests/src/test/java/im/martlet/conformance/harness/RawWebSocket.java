package im.martlet.conformance.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** A WebSocket (RFC 6455) for text, on a socket that the test can access, for example for channel binding. */
public final class RawWebSocket implements AutoCloseable {
    private static final String OPEN =
            "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>";
    private static final int TEXT = 0x81; // FIN is set

    private final Socket connection;
    private final DataInputStream in;

    private RawWebSocket(Socket connection, String headers) throws IOException {
        this.connection = connection;
        this.in = new DataInputStream(connection.getInputStream());
        connection.getOutputStream().write(
                ("GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: xmpp\r\n" + headers
                        + "\r\n").getBytes(UTF_8));
        var answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) answer.append((char) in.readUnsignedByte());
        if (!answer.toString().startsWith("HTTP/1.1 101")) throw new IOException(answer.toString());
    }

    /**
     * Connects with TLS.
     *
     * @param version the only version of TLS
     * @param headers more header lines of the request, each with its line end
     */
    public static RawWebSocket secure(LocalServer server, String version, String headers) throws Exception {
        var tls = (SSLSocket) Client.trustingAnybody().getSocketFactory().createSocket("localhost",
                server.server().http().secured().getFirst().getPort());
        tls.setEnabledProtocols(new String[]{ version });
        tls.startHandshake();
        return new RawWebSocket(tls, headers);
    }

    public static RawWebSocket plain(LocalServer server, String headers) throws Exception {
        return new RawWebSocket(new Socket("localhost", server.server().http().plain().getFirst().getPort()), headers);
    }

    public SSLSession session() { return ((SSLSocket) connection).getSession(); }

    /** Opens a stream. @return the stream features */
    public ReceivedXml open() throws IOException {
        say(OPEN).hear();
        return ReceivedXml.parse(hear());
    }

    public RawWebSocket say(String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        var frame = ByteBuffer.allocate(8 + bytes.length).put((byte) TEXT).put((byte) (0x80 | 126))
                .putShort((short) bytes.length).putInt(0).put(bytes); // the mask is zero
        connection.getOutputStream().write(frame.array());
        return this;
    }

    public String hear() throws IOException {
        if (in.readUnsignedByte() != TEXT) throw new IOException("no text");
        int length = in.readUnsignedByte();
        var bytes = new byte[length == 126 ? in.readUnsignedShort() : length];
        in.readFully(bytes);
        return new String(bytes, UTF_8);
    }

    @Override public void close() throws IOException { connection.close(); }
}
