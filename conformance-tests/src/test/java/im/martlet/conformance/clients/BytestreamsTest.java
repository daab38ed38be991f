package im.martlet.conformance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.peers.Socks5Client;
import im.martlet.conformance.upload.UploadTest;
import im.martlet.extension.AdminException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the SOCKS5 proxy (XEP-0065): forwarding, authorization, and hostile requests (T-RELAY). */
class BytestreamsTest {
    private static LocalServer server;

    private Client requester;

    @BeforeAll static void start() {
        server = LocalServer.start(LocalServer.SETTINGS.replace("[proxy]\n", "[proxy]\nrate = 0\n"));
    }

    @AfterAll static void stop() { server.close(); }

    @BeforeEach void login() throws Exception { requester = server.login(server.account("requester"), "foo"); }

    /** Waits until the proxy has closed all connections of the test. */
    @AfterEach void awaitNoConnections() throws Exception {
        requester.close();
        await().until(() -> server.metrics().contains("martlet_bytestreams_connections{state=\"waiting\"} 0.0")
                && server.metrics().contains("martlet_bytestreams_connections{state=\"carrying\"} 0.0"));
    }

    private static byte[] text(String text) { return text.getBytes(UTF_8); }

    @Test void bytesFlowBothWaysAndEachWayEndsByItself() throws Exception {
        var sid = Socks5Client.sid();
        var hash = Socks5Client.hash(sid, requester.jid());
        var file = UploadTest.bytes(20 << 20, 1);
        try (var target = Socks5Client.open(server, hash); var here = Socks5Client.open(server, hash)) {
            assertThat(Socks5Client.activate(requester, sid)).isEqualTo("result");
            var sent = CompletableFuture.runAsync(() -> {
                try {
                    here.write(file);
                    here.socket().shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(Arrays.equals(target.socket().getInputStream().readAllBytes(), file)).isTrue();
            sent.join();
            target.write(text("thank you"));
            assertThat(here.read(9)).isEqualTo(text("thank you"));
            assertThat(server.command("proxy list", Map.of()).toString()).contains("requester=" + requester.jid(),
                    "target=" + Socks5Client.TARGET, "bytes=" + (file.length + 9));
            target.socket().shutdownOutput();
            assertThat(here.isClosed()).isTrue();
        }
        assertThat(server.metrics()).contains("martlet_bytestreams_total").contains("martlet_bytestreams_bytes_total");
    }

    @Test void nothingIsForwardedBeforeActivation() throws Exception {
        var sid = Socks5Client.sid();
        var hash = Socks5Client.hash(sid, requester.jid());
        try (var target = Socks5Client.open(server, hash);
                var here = Socks5Client.open(server, hash.toUpperCase(java.util.Locale.ROOT))) {
            here.write(text("too early"));
            target.write(text("too early, too"));
            requester.fence();
            assertThat(Socks5Client.activate(requester, sid)).isEqualTo("result");
            here.write(text("now"));
            assertThat(target.read(3)).as("earlier data is dropped").isEqualTo(text("now"));
            target.write(text("and back"));
            assertThat(here.read(8)).isEqualTo(text("and back"));
        }
    }

    @Test void onlyTheRequesterActivatesAStreamAndOnlyOnce() throws Exception {
        var sid = Socks5Client.sid();
        var hash = Socks5Client.hash(sid, requester.jid());
        try (var other = server.login(server.account("other"), "foo");
                var sameAccount = server.login(requester.jid().bare(), "bar");
                var target = Socks5Client.open(server, hash)) {
            assertThat(Socks5Client.activate(requester, sid)).as("only one side is connected")
                    .isEqualTo("not-allowed");
            try (var here = Socks5Client.open(server, hash); var third = Socks5Client.open(server, hash)) {
                assertThat(third.reply()).as("a stream has two sides").isEqualTo(2);
                assertThat(third.isClosed()).isTrue();
                assertThat(Socks5Client.activate(other, sid)).isEqualTo("not-authorized");
                assertThat(Socks5Client.activate(sameAccount, sid)).isEqualTo("not-authorized");
                assertThat(Socks5Client.activate(requester, sid + "x")).isEqualTo("not-authorized");
                assertThat(Socks5Client.activate(requester, sid)).isEqualTo("result");
                assertThat(Socks5Client.activate(requester, sid)).isEqualTo("not-allowed");
                try (var late = Socks5Client.open(server, hash)) {
                    assertThat(late.reply()).as("a third connection to a stream").isEqualTo(2);
                }
                here.write(text("yes"));
                assertThat(target.read(3)).isEqualTo(text("yes"));
            }
        }
    }

    @Test void usersOfOtherHostsAreRefused() throws Exception {
        var sid = Socks5Client.sid();
        try (var stranger = server.login(server.account("stranger", "other.example"), "x");
                var target = Socks5Client.open(server, Socks5Client.hash(sid, stranger.jid()));
                var here = Socks5Client.open(server, Socks5Client.hash(sid, stranger.jid()))) {
            assertThat(Socks5Client.activate(stranger, sid, "localhost")).isEqualTo("forbidden");
            assertThat(Socks5Client.activate(stranger, sid)).as("the proxy of their own host").isEqualTo("result");
            here.write(text("x"));
            assertThat(target.read(1)).isEqualTo(text("x"));
        }
    }

    @ParameterizedTest
    @CsvSource({
            "04010000,''", // SOCKS4
            "474554202f20485454502f312e310d0a,''", // HTTP
            "160301,''", // TLS
            "0500,05ff", "050102,05ff", "0503010203,05ff", // no known method
            "050100 0502000003,0500 0507000300 0000", // BIND
            "050100 0501000401,0500 0508000300 0000", // an address of IPv6
            "050100 05010001 7f000001 0050,0500 0508000300 0000", // an IPv4 address; the proxy connects to no address
            "050100 0501000300 0000,0500 0502000300 0000", // no name
            "050100 0501000309 6c6f63616c686f7374 0050,0500 0502000309 6c6f63616c686f7374 0000", // localhost:80
            "050100 0503000309 6c6f63616c686f7374 0000,0500 0507000309 6c6f63616c686f7374 0000", // UDP
            "050100 0501000301 61,0500" }) // half of a request
    void invalidRequestIsRefusedAndClosed(String sent, String reply) throws Exception {
        try (var socket = new Socket("127.0.0.1", Socks5Client.port(server))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(HexFormat.of().parseHex(sent.replace(" ", "")));
            socket.shutdownOutput();
            assertThat(HexFormat.of().formatHex(readAll(socket.getInputStream())))
                    .isEqualTo(reply.replace(" ", ""));
        }
    }

    /** Reads up to the end or a reset, which occurs if the proxy closes while more data arrives. */
    private static byte[] readAll(InputStream in) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) all.write(b);
        } catch (java.net.SocketException reset) {
            // this is an end, too
        }
        return all.toByteArray();
    }

    @Test void invalidHashIsRefused() throws Exception {
        for (var odd : new String[]{ "a".repeat(39), "a".repeat(41), "g".repeat(40), "a".repeat(255), "é".repeat(20) })
            try (var socket = new Socket("127.0.0.1", Socks5Client.port(server))) {
                socket.getOutputStream().write(new byte[]{ 5, 1, 0 });
                socket.getOutputStream().write(5);
                socket.getOutputStream().write(new byte[]{ 1, 0, 3, (byte) odd.getBytes(UTF_8).length });
                socket.getOutputStream().write(odd.getBytes(UTF_8));
                socket.getOutputStream().write(new byte[2]);
                assertThat(socket.getInputStream().readNBytes(4)).startsWith(5, 0, 5, 2);
            }
    }

    @Test void adminEndsStreams() throws Exception {
        for (String action : new String[]{ "close", "disable", "del" }) {
            var sid = Socks5Client.sid();
            var account = server.account("leaver");
            try (var leaver = server.login(account, "foo");
                    var target = Socks5Client.open(server, Socks5Client.hash(sid, leaver.jid()));
                    var here = Socks5Client.open(server, Socks5Client.hash(sid, leaver.jid()))) {
                assertThat(Socks5Client.activate(leaver, sid)).isEqualTo("result");
                switch (action) {
                    case "close" -> assertThat(server.command("proxy close", Map.of("account", account.toString())))
                            .isEqualTo(Map.of("closed", 1));
                    default -> server.command("user " + action, Map.of("account", account.toString()));
                }
                assertThat(target.isClosed()).as(action).isTrue();
                assertThat(here.isClosed()).as(action).isTrue();
            }
            await().untilAsserted(
                    () -> assertThatThrownBy(() -> server.command("proxy close", Map.of("account", account.toString())))
                            .isInstanceOf(AdminException.class).hasMessageContaining("has begun no stream"));
        }
    }

    @Test void portInUseIsReportedAtStart() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var settings = LocalServer.SETTINGS.replace("[proxy]\nlisten = [\"127.0.0.1:0\"]",
                    "[proxy]\nlisten = [\"127.0.0.1:" + taken.getLocalPort() + "\"]");
            assertThatThrownBy(() -> LocalServer.start(settings)).hasRootCauseInstanceOf(java.net.BindException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
    }
}
