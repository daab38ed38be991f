package im.martlet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Tests clients that send incomplete requests: each costs little, ends in time and delays no other client. */
class HostileHttpTest {
    private static final Route HELLO = Route.get("/hello", Cors.NONE,
            r -> Response.text(200, "hello " + r.remote().getAddress().getHostAddress() + " " + r.isSecure()));
    private static final Route COUNT = new Route(Route.Front.PUBLIC, "/count", Set.of("POST"), Cors.NONE, 1 << 20,
            r -> Response.text(200, String.valueOf(r.body().readAllBytes().length)));
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    /** Reads until the server closes. */
    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException reset) {
            return "";
        }
    }

    /** Writes byte by byte without an end. */
    private static void trickle(Socket socket, String beginning) throws IOException {
        socket.getOutputStream().write(beginning.getBytes(StandardCharsets.UTF_8));
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    socket.getOutputStream().write('x');
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            } catch (IOException closed) { // the test waits for this
            }
        });
    }

    @Test void slowHeaderEndsTheConnection() throws Exception {
        try (var http = new TestHttpServer("idle = '1s'\n", HELLO); var socket = http.raw()) {
            trickle(socket, "GET /hello HTTP/1.1\r\nHost: localhost\r\nX-Long: ");
            assertThat(rest(socket)).doesNotContain("hello");
        }
    }

    @Test void slowBodyEndsTheConnection() throws Exception {
        try (var http = new TestHttpServer("idle = '1s'\nslowest = '10 KB'\n", COUNT); var socket = http.raw()) {
            trickle(socket, "POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
            assertThat(rest(socket)).startsWith("HTTP/1.1 408");
        }
    }

    @Test void missingBodyEndsTheConnection() throws Exception {
        try (var http = new TestHttpServer("idle = '1s'\n", COUNT); var socket = http.raw()) {
            socket.getOutputStream()
                    .write("POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf".getBytes());
            assertThat(rest(socket)).doesNotContain("HTTP/1.1 200");
        }
    }

    @Test void stalledHandshakeEndsTheConnection() throws Exception {
        try (var http = new TestHttpServer("idle = '1s'\n", HELLO);
                var socket = new Socket("127.0.0.1", http.server.secured().getFirst().getPort())) {
            socket.getOutputStream().write(new byte[]{ 22, 3, 1, 2, 0 }); // the beginning of a ClientHello
            assertThat(socket.getInputStream().readAllBytes().length).isLessThan(100);
        }
    }

    @Test void headersHaveASizeLimit() throws Exception {
        try (var http = new TestHttpServer(HELLO)) {
            assertThat(http.talk("GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(7_000)
                    + "\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
            try (var socket = http.raw()) {
                socket.getOutputStream()
                        .write(("GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9_000)).getBytes());
                assertThat(rest(socket)).startsWith("HTTP/1.1 431");
            }
        }
    }

    @Test void inputThatIsNoHttpIsRefused() throws Exception {
        try (var http = new TestHttpServer(HELLO)) {
            for (String bad : new String[]{ "\r\n\r\n\0\0\0\0\r\n\r\n", "GET /hello\r\n\r\n",
                    "GET /hello HTTP/1.1\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: b.example\r\n\r\n",
                    "POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "GET /hello HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n" })
                try (var socket = http.raw()) {
                    socket.getOutputStream().write(bad.getBytes());
                    socket.shutdownOutput();
                    assertThat(rest(socket)).as(bad).doesNotContain("hello", "Jetty");
                }
        }
    }

    @Test void aThousandIncompleteRequestsEndInTimeAndDelayNoOtherClient() throws Exception {
        try (var http = new TestHttpServer("idle = '5s'\nconnections_per_address = 2000\n", HELLO)) {
            var half = new ArrayList<Socket>();
            for (int i = 0; i < 1000; i++) {
                half.add(http.raw());
                half.getLast().getOutputStream().write("GET /hello HTTP/1.1\r\nHost: ".getBytes());
            }
            assertThat(http.talk(GET)).contains("hello 127.0.0.1");
            for (var socket : half) {
                assertThat(rest(socket)).doesNotContain("hello");
                socket.close();
            }
        }
    }

    @Test void connectionLimitAppliesToAddressesButNotToProxies() throws Exception {
        try (var http = new TestHttpServer("connections_per_address = 2\nproxies = []\n", HELLO); var one = http.raw();
                var two = http.raw()) {
            letIn(one, two);
            try (var three = http.raw()) {
                assertThat(rest(three)).isEmpty();
            }
        }
        try (var http = new TestHttpServer("connections_per_address = 2\n", HELLO); var one = http.raw();
                var two = http.raw()) {
            letIn(one, two);
            assertThat(http.talk(GET)).contains("hello");
        }
    }

    /** The server replies to them, and they stay open. */
    private static void letIn(Socket... sockets) throws IOException {
        for (var socket : sockets) {
            socket.getOutputStream().write("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
    }

    @Test void onlyTrustedProxiesMayNameTheClient() throws Exception {
        String forwarded = GET.replace("Connection",
                "X-Forwarded-For: 192.0.2.1, 198.51.100.7\r\nX-Forwarded-Proto: https\r\nConnection");
        String standard = GET.replace("Connection",
                "Forwarded: for=192.0.2.1, for=\"[2001:db8::7]:1234\";proto=https\r\nConnection");
        try (var http = new TestHttpServer(HELLO)) {
            assertThat(http.talk(forwarded)).contains("hello 198.51.100.7 true");
            assertThat(http.talk(standard)).contains("hello 2001:db8:0:0:0:0:0:7 true");
            assertThat(http.talk("PROXY TCP4 192.0.2.9 127.0.0.1 1234 80\r\n" + GET)).contains("hello 192.0.2.9 false");
            assertThat(http.talk("PROXY TCP4 192.0.2.9 127.0.0.1 1234 80\r\n" + forwarded)).as("header of the client")
                    .contains("hello 192.0.2.9 false");
            assertThat(http.talk(GET)).contains("hello 127.0.0.1 false");
        }
        try (var http = new TestHttpServer("proxies = ['127.0.0.0/8', '198.51.100.0/24']\n", HELLO)) {
            assertThat(http.talk(forwarded)).as("two proxies").contains("hello 192.0.2.1 true");
        }
        try (var http = new TestHttpServer("proxies = ['10.0.0.0/8']\n", HELLO)) {
            assertThat(http.talk(forwarded)).contains("hello 127.0.0.1 false");
            assertThat(http.talk(standard)).contains("hello 127.0.0.1 false");
            assertThat(http.talk("PROXY TCP4 192.0.2.9 127.0.0.1 1234 80\r\n" + GET)).doesNotContain("hello");
        }
    }
}
