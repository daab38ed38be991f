package im.martlet.conformance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.upload.UploadTest;
import im.martlet.extension.AdminException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** XEP-0065 with sockets: what the proxy carries, for whom, and what it takes from those who mean no good (T-RELAY). */
class BytestreamsTest {
    private static final String NS = "http://jabber.org/protocol/bytestreams";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Jid TARGET = Jid.parse("target@elsewhere.example/bar");

    private static LocalServer server;
    private static LocalServer strict; // that has no patience

    private Client requester;

    @BeforeAll static void start() {
        server = LocalServer.start(with("waiting = 12\nper_account = 2\nrate = 0\n"));
        strict = LocalServer.start(with("handshake = '1s'\npatience = '1s'\nidle = '1s'\nrate = '500 KB'\n"));
    }

    private static String with(String settings) {
        return LocalServer.SETTINGS.replace("[proxy]\n", "[proxy]\n" + settings);
    }

    @AfterAll static void stop() {
        server.close();
        strict.close();
    }

    @BeforeEach void login() throws Exception { requester = server.login(server.account("requester"), "foo"); }

    /** Nothing may be left over: what a test has opened is seen to be gone. */
    @AfterEach void everythingIsGivenBack() throws Exception {
        requester.close();
        await().until(() -> numbers(server).contains("martlet_bytestreams_connections{state=\"waiting\"} 0.0")
                && numbers(server).contains("martlet_bytestreams_connections{state=\"carrying\"} 0.0"));
    }

    private static String numbers(LocalServer of) throws Exception {
        var local = of.server().http().local().getFirst();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + local.getPort() + "/metrics")).build(),
                    BodyHandlers.ofString()).body();
        }
    }

    private static String sid() { return "sid-" + NUMBER.incrementAndGet(); }

    private static String hash(String sid, Jid requester) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1").digest((sid + requester + TARGET).getBytes(UTF_8)));
    }

    private static int port(LocalServer of) { return of.server().extensionPorts().get("SOCKS5").getFirst().getPort(); }

    private static byte[] request(String hash) {
        var bytes = new byte[7 + hash.length()];
        bytes[0] = 5;
        bytes[1] = 1;
        bytes[3] = 3;
        bytes[4] = (byte) hash.length();
        System.arraycopy(hash.getBytes(UTF_8), 0, bytes, 5, hash.length());
        return bytes;
    }

    /** A connection that has asked for a stream, with what the proxy has said. */
    private record End(Socket socket, int reply) implements AutoCloseable {
        static End of(LocalServer server, String hash) throws IOException {
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
            assertThat(reply).as("BND.ADDR and BND.PORT are what was asked for").isEqualTo(request);
            return new End(socket, code);
        }

        void write(byte[] bytes) throws IOException { socket.getOutputStream().write(bytes); }

        byte[] read(int length) throws IOException { return socket.getInputStream().readNBytes(length); }

        /** Whether the proxy has closed it. */
        boolean isOver() throws IOException {
            try {
                return socket.getInputStream().read() < 0;
            } catch (java.net.SocketException reset) {
                return true;
            }
        }

        @Override public void close() throws IOException { socket.close(); }
    }

    /** Answers "result", or the condition of the error. */
    private static String activate(Client by, String sid) throws Exception {
        by.send("<iq type='set' id='go' to='proxy." + by.jid().domain() + "'><query xmlns='" + NS + "' sid='" + sid
                + "'><activate>" + TARGET + "</activate></query></iq>");
        var answer = by.receive();
        return answer.attribute("type").equals("result") ? "result" : RoomVisitor.condition(answer);
    }

    private static byte[] text(String text) { return text.getBytes(UTF_8); }

    @Test void bytesGoBothWaysAndEachWayEndsByItself() throws Exception {
        var sid = sid();
        var hash = hash(sid, requester.jid());
        var file = UploadTest.bytes(20 << 20, 1);
        try (var target = End.of(server, hash); var here = End.of(server, hash)) {
            assertThat(activate(requester, sid)).isEqualTo("result");
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
                    "target=" + TARGET, "bytes=" + (file.length + 9));
            target.socket().shutdownOutput();
            assertThat(here.isOver()).isTrue();
        }
        assertThat(numbers(server)).contains("martlet_bytestreams_total").contains("martlet_bytestreams_bytes_total");
    }

    @Test void nothingIsCarriedBeforeTheRequesterSaysSo() throws Exception {
        var sid = sid();
        var hash = hash(sid, requester.jid());
        try (var target = End.of(server, hash); var here = End.of(server, hash.toUpperCase(java.util.Locale.ROOT))) {
            here.write(text("too early"));
            target.write(text("too early, too"));
            requester.fence();
            assertThat(activate(requester, sid)).isEqualTo("result");
            here.write(text("now"));
            assertThat(target.read(3)).as("the first that comes is what was said since").isEqualTo(text("now"));
            target.write(text("and back"));
            assertThat(here.read(8)).isEqualTo(text("and back"));
        }
    }

    @Test void whoSaysTooMuchTooEarlyIsNotListenedTo() throws Exception {
        try (var eager = End.of(server, hash(sid(), requester.jid()))) {
            assertThatThrownBy(() -> { for (int i = 0; i < 10_000; i++) eager.write(new byte[64 * 1024]); })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test void onlyTheRequesterBeginsAStreamAndOnlyOnce() throws Exception {
        var sid = sid();
        var hash = hash(sid, requester.jid());
        try (var other = server.login(server.account("other"), "foo");
                var sameAccount = server.login(requester.jid().bare(), "bar"); var target = End.of(server, hash)) {
            assertThat(activate(requester, sid)).as("one has come").isEqualTo("not-allowed");
            try (var here = End.of(server, hash); var third = End.of(server, hash)) {
                assertThat(third.reply()).as("two make a stream").isEqualTo(2);
                assertThat(third.isOver()).isTrue();
                assertThat(activate(other, sid)).isEqualTo("not-authorized");
                assertThat(activate(sameAccount, sid)).isEqualTo("not-authorized");
                assertThat(activate(requester, sid + "x")).isEqualTo("not-authorized");
                assertThat(activate(requester, sid)).isEqualTo("result");
                assertThat(activate(requester, sid)).isEqualTo("not-allowed");
                try (var late = End.of(server, hash)) {
                    assertThat(late.reply()).as("nobody comes into a stream").isEqualTo(2);
                }
                here.write(text("yes"));
                assertThat(target.read(3)).isEqualTo(text("yes"));
            }
        }
    }

    @Test void usersOfOtherDomainsHaveNothingCarried() throws Exception {
        var sid = sid();
        try (var stranger = server.login(server.account("stranger", "other.example"), "x");
                var target = End.of(server, hash(sid, stranger.jid()));
                var here = End.of(server, hash(sid, stranger.jid()))) {
            stranger.send("<iq type='set' id='go' to='proxy.localhost'><query xmlns='" + NS + "' sid='" + sid
                    + "'><activate>" + TARGET + "</activate></query></iq>");
            assertThat(RoomVisitor.condition(stranger.receive())).isEqualTo("forbidden");
            assertThat(activate(stranger, sid)).as("their own proxy does").isEqualTo("result");
            here.write(text("x"));
            assertThat(target.read(1)).isEqualTo(text("x"));
        }
    }

    @Test void whoDoesNotReadStopsWhoWrites() throws Exception {
        var sid = sid();
        var hash = hash(sid, requester.jid());
        var file = UploadTest.bytes(64 << 20, 2);
        try (var target = End.of(server, hash); var here = End.of(server, hash)) {
            activate(requester, sid);
            var written = new AtomicLong();
            var writer = CompletableFuture.runAsync(() -> {
                try {
                    for (int at = 0; at < file.length; at += 1 << 16) {
                        here.socket().getOutputStream().write(file, at, 1 << 16);
                        written.addAndGet(1 << 16);
                    }
                    here.socket().shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            var before = new AtomicLong(-1);
            await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(20))
                    .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
            assertThat(written.get()).as("what buffers of the system hold").isLessThan(32 << 20);
            assertThat(Arrays.equals(target.socket().getInputStream().readAllBytes(), file)).isTrue();
            writer.join();
        }
    }

    @Test void anAccountHasAsManyStreamsAsItMay() throws Exception {
        var ends = new ArrayList<End>();
        try {
            for (String expected : new String[]{ "result", "result", "resource-constraint" }) {
                var sid = sid();
                ends.add(End.of(server, hash(sid, requester.jid())));
                ends.add(End.of(server, hash(sid, requester.jid())));
                assertThat(activate(requester, sid)).isEqualTo(expected);
            }
            ends.getFirst().close();
            assertThat(ends.get(1).isOver()).isTrue();
            ends.get(1).close();
            var sid = sid();
            ends.add(End.of(server, hash(sid, requester.jid())));
            ends.add(End.of(server, hash(sid, requester.jid())));
            await().until(() -> activate(requester, sid).equals("result"));
        } finally {
            for (var end : ends) end.close();
        }
    }

    @Test void strangersWhoWaitAreBoundedAndNotInTheWayOfStreams() throws Exception {
        var sid = sid();
        var crowd = new ArrayList<Socket>();
        try (var target = End.of(server, hash(sid, requester.jid()));
                var here = End.of(server, hash(sid, requester.jid()))) {
            assertThat(activate(requester, sid)).isEqualTo("result");
            for (int i = 0; i < 12; i++) crowd.add(new Socket("127.0.0.1", port(server)));
            await().until(() -> numbers(server).contains("martlet_bytestreams_connections{state=\"waiting\"} 12.0"));
            try (var onceMore = new Socket("127.0.0.1", port(server))) {
                assertThat(onceMore.getInputStream().read()).isEqualTo(-1);
            }
            here.write(text("still"));
            assertThat(target.read(5)).isEqualTo(text("still"));
        } finally {
            for (var one : crowd) one.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
            "04010000,''", // SOCKS4
            "474554202f20485454502f312e310d0a,''", // HTTP
            "160301,''", // TLS
            "0500,05ff", "050102,05ff", "0503010203,05ff", // no method that is known
            "050100 0502000003,0500 0507000300 0000", // BIND
            "050100 0501000401,0500 0508000300 0000", // an address of IPv6
            "050100 05010001 7f000001 0050,0500 0508000300 0000", // an address of IPv4: nothing is connected to
            "050100 0501000300 0000,0500 0502000300 0000", // no name at all
            "050100 0501000309 6c6f63616c686f7374 0050,0500 0502000309 6c6f63616c686f7374 0000", // localhost:80
            "050100 0503000309 6c6f63616c686f7374 0000,0500 0507000309 6c6f63616c686f7374 0000", // UDP
            "050100 0501000301 61,0500" }) // half of a request
    void whatIsNoRequestForAStreamIsRefusedAndClosed(String sent, String answered) throws Exception {
        try (var socket = new Socket("127.0.0.1", port(server))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(HexFormat.of().parseHex(sent.replace(" ", "")));
            socket.shutdownOutput();
            assertThat(HexFormat.of().formatHex(toTheEnd(socket.getInputStream())))
                    .isEqualTo(answered.replace(" ", ""));
        }
    }

    /** All that comes, even before a reset, as there is when somebody is closed to while more is on its way. */
    private static byte[] toTheEnd(InputStream in) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) all.write(b);
        } catch (java.net.SocketException reset) {
            // that is an end, too
        }
        return all.toByteArray();
    }

    @Test void aHashThatIsNoneIsRefused() throws Exception {
        for (var odd : new String[]{ "a".repeat(39), "a".repeat(41), "g".repeat(40), "a".repeat(255), "é".repeat(20) })
            try (var socket = new Socket("127.0.0.1", port(server))) {
                socket.getOutputStream().write(new byte[]{ 5, 1, 0 });
                socket.getOutputStream().write(5);
                socket.getOutputStream().write(new byte[]{ 1, 0, 3, (byte) odd.getBytes(UTF_8).length });
                socket.getOutputStream().write(odd.getBytes(UTF_8));
                socket.getOutputStream().write(new byte[2]);
                assertThat(socket.getInputStream().readNBytes(4)).startsWith(5, 0, 5, 2);
            }
    }

    @Test void anAdminEndsStreamsAndSoDoesTheEndOfAnAccount() throws Exception {
        for (String way : new String[]{ "close", "disable", "del" }) {
            var sid = sid();
            var account = server.account("leaver");
            try (var leaver = server.login(account, "foo"); var target = End.of(server, hash(sid, leaver.jid()));
                    var here = End.of(server, hash(sid, leaver.jid()))) {
                assertThat(activate(leaver, sid)).isEqualTo("result");
                switch (way) {
                    case "close" -> assertThat(server.command("proxy close", Map.of("account", account.toString())))
                            .isEqualTo(Map.of("closed", 1));
                    default -> server.command("user " + way, Map.of("account", account.toString()));
                }
                assertThat(target.isOver()).as(way).isTrue();
                assertThat(here.isOver()).as(way).isTrue();
            }
            await().untilAsserted(
                    () -> assertThatThrownBy(() -> server.command("proxy close", Map.of("account", account.toString())))
                            .isInstanceOf(AdminException.class).hasMessageContaining("has begun no stream"));
        }
    }

    @Test void aPortThatIsTakenKeepsTheServerFromStartingAndIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var settings = LocalServer.SETTINGS.replace("[proxy]\nlisten = [\"127.0.0.1:0\"]",
                    "[proxy]\nlisten = [\"127.0.0.1:" + taken.getLocalPort() + "\"]");
            assertThatThrownBy(() -> LocalServer.start(settings)).hasRootCauseInstanceOf(java.net.BindException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
    }

    @Test void whoTakesTooLongIsClosed() throws Exception {
        try (var slow = new Socket("127.0.0.1", port(strict));
                var waiting = End.of(strict, hash(sid(), requester.jid()));
                var patient = strict.login(strict.account("patient"), "x")) {
            var sid = sid();
            slow.setSoTimeout(20_000);
            slow.getOutputStream().write(5);
            try (var target = End.of(strict, hash(sid, patient.jid()));
                    var here = End.of(strict, hash(sid, patient.jid()))) {
                assertThat(activate(patient, sid)).isEqualTo("result");
                here.write(text("x"));
                assertThat(target.read(1)).isEqualTo(text("x"));
                assertThat(slow.getInputStream().read()).as("it has not said what it is for").isEqualTo(-1);
                assertThat(waiting.isOver()).as("nobody has begun its stream").isTrue();
                assertThat(target.isOver()).as("nothing is said any more").isTrue();
                assertThat(here.isOver()).isTrue();
            }
        }
    }

    @Test void allStreamsOfAnAccountShareItsPace() throws Exception {
        try (var hasty = strict.login(strict.account("hasty"), "x")) {
            long began = System.nanoTime();
            var ends = new ArrayList<End>();
            for (int i = 0; i < 2; i++) {
                var sid = sid();
                ends.add(End.of(strict, hash(sid, hasty.jid())));
                ends.add(End.of(strict, hash(sid, hasty.jid())));
                assertThat(activate(hasty, sid)).isEqualTo("result");
            }
            var writers = CompletableFuture.allOf(ends.stream().filter(end -> ends.indexOf(end) % 2 == 1)
                    .map(end -> CompletableFuture.runAsync(() -> {
                        try {
                            end.write(new byte[500_000]);
                            end.socket().shutdownOutput();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })).toArray(CompletableFuture[]::new));
            for (int i = 0; i < 2; i++) assertThat(ends.get(2 * i).read(500_000)).hasSize(500_000);
            writers.join();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("a second's worth at once, then 500,000 bytes a second").isGreaterThan(Duration.ofMillis(900));
            for (var end : ends) end.close();
        }
    }
}
