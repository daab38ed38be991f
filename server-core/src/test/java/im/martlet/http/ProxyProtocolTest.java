package im.martlet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.net.Transport.ChannelBinding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests version 2 of the PROXY protocol, which is binary, and channel binding, which must not work through a proxy.
 */
class ProxyProtocolTest {
    private static final byte[] SIGNATURE = { 13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10 };
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final Route WHO = Route.get("/", Cors.NONE,
            request -> Response.text(200,
                    "from " + request.remote().getAddress().getHostAddress() + " secure " + request.isSecure()
                            + " exporter " + binding(request, ChannelBinding.TLS_EXPORTER) + " end-point "
                            + binding(request, ChannelBinding.TLS_SERVER_END_POINT) + "."));

    private static String binding(Request request, ChannelBinding type) {
        return request.channelBinding(type).map(HexFormat.of()::formatHex).orElse("none");
    }

    /**
     * @param command 1 for PROXY, 0 for LOCAL
     * @param flags the flags of the TLV for TLS; -1 for no such TLV
     */
    private static byte[] header(int command, String from, int flags) throws IOException {
        var source = InetAddress.getByName(from).getAddress();
        var tlv = flags < 0 ? new byte[0] : new byte[]{ 0x20, 0, 5, (byte) flags, 0, 0, 0, 0 };
        int length = 2 * source.length + 4 + tlv.length;
        var out = ByteBuffer.allocate(16 + length).put(SIGNATURE).put((byte) (0x20 | command))
                .put((byte) (source.length == 4 ? 0x11 : 0x21)).putShort((short) length);
        return out.put(source).put(new byte[source.length]).putShort((short) 1234).putShort((short) 443).put(tlv)
                .array();
    }

    private static String talk(Socket socket, byte[]... pieces) throws IOException {
        try (socket) {
            for (byte[] piece : pieces) socket.getOutputStream().write(piece);
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test void trustedProxyNamesTheClient() throws Exception {
        try (var http = new TestHttpServer(WHO)) {
            assertThat(talk(http.raw(), header(1, "192.0.2.9", -1), GET.getBytes(UTF_8)))
                    .contains("from 192.0.2.9 secure false");
            assertThat(talk(http.raw(), header(1, "2001:db8::9", -1), GET.getBytes(UTF_8)))
                    .contains("from 2001:db8:0:0:0:0:0:9 secure false");
            assertThat(talk(http.raw(), header(1, "192.0.2.9", 1), GET.getBytes(UTF_8))).as("the client uses TLS")
                    .contains("from 192.0.2.9 secure true exporter none end-point none.");
            assertThat(talk(http.raw(), header(1, "192.0.2.9", 0), GET.getBytes(UTF_8))).as("the client uses no TLS")
                    .contains("secure false");
            assertThat(talk(http.raw(), header(0, "192.0.2.9", -1), GET.getBytes(UTF_8)))
                    .as("health check of the proxy").contains("from 127.0.0.1 secure false");
            var own = GET.replace("Connection",
                    "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\nConnection");
            assertThat(talk(http.raw(), header(1, "192.0.2.9", -1), own.getBytes(UTF_8))).as("header of the client")
                    .contains("from 192.0.2.9 secure false");
        }
    }

    @Test void otherPeersMayNotUseTheProxyProtocol() throws Exception {
        try (var http = new TestHttpServer("proxies = ['10.0.0.0/8']\n", WHO)) {
            assertThat(talk(http.raw(), header(1, "192.0.2.9", 1), GET.getBytes(UTF_8))).doesNotContain("from");
        }
    }

    /** Before TLS, the PROXY header names the client, and TLS is between client and server. */
    @Test void proxyMayForwardTls() throws Exception {
        try (var http = new TestHttpServer(WHO);
                var plain = new Socket("127.0.0.1", http.server.secured().getFirst().getPort())) {
            plain.getOutputStream().write(header(1, "192.0.2.9", -1));
            var tls = (SSLSocket) TestHttpServer.trustingAll().getSocketFactory().createSocket(plain, "localhost",
                    plain.getPort(), true);
            tls.startHandshake();
            var exporter = HexFormat.of().formatHex(((ExtendedSSLSession) tls.getSession())
                    .exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
            assertThat(talk(tls, GET.getBytes(UTF_8)))
                    .contains("from 192.0.2.9 secure true exporter " + exporter + " ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.3", "TLSv1.2" }) void bothEndsHaveTheSameChannelBindings(String version)
            throws Exception {
        try (var http = new TestHttpServer(WHO)) {
            var tls = (SSLSocket) TestHttpServer.trustingAll().getSocketFactory().createSocket("127.0.0.1",
                    http.server.secured().getFirst().getPort());
            tls.setEnabledProtocols(new String[]{ version });
            tls.startHandshake();
            var exporter = HexFormat.of().formatHex(((ExtendedSSLSession) tls.getSession())
                    .exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
            var certificate = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(tls.getSession().getPeerCertificates()[0].getEncoded()));
            assertThat(talk(tls, GET.getBytes(UTF_8)))
                    .contains("secure true exporter " + exporter + " end-point " + certificate + ".");
        }
    }

    /** The proxy could be an attacker, so a binding to its channel would prove nothing. */
    @Test void channelBindingDoesNotWorkThroughAProxy() throws Exception {
        try (var http = new TestHttpServer(WHO)) {
            var tls = TestHttpServer.trustingAll().getSocketFactory().createSocket("127.0.0.1",
                    http.server.secured().getFirst().getPort());
            var forwarded = GET.replace("Connection", "Forwarded: for=192.0.2.9;proto=https\r\nConnection");
            assertThat(talk(tls, forwarded.getBytes(UTF_8)))
                    .contains("from 192.0.2.9 secure true exporter none end-point none.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "0d0a0d0a000d0a515549540a", "0d0a0d0a000d0a515549540a21110004c0000209",
            "0d0a0d0a000d0a515549540a2111ffff", "0d0a0d0a000d0a515549540af1110000",
            "0d0a0d0a000d0a515549540a2f110000" }) void damagedProxyHeaderEndsTheConnection(String hex)
                    throws Exception {
        try (var http = new TestHttpServer("idle = '1s'\n", WHO)) {
            var damaged = new ByteArrayOutputStream();
            damaged.writeBytes(HexFormat.of().parseHex(hex));
            assertThat(talk(http.raw(), damaged.toByteArray())).doesNotContain("from");
        }
    }
}
