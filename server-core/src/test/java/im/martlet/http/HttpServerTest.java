package im.martlet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
    private static final Route WHO = Route.get("/who", Cors.NONE,
            r -> Response.text(200, r.host() + " " + r.remote().getAddress().getHostAddress() + " " + r.isSecure()));

    private static Route post(String path, long largest, Route.Handler handler) {
        return new Route(Route.Front.PUBLIC, path, Set.of("POST", "PUT"), Cors.NONE, largest, handler);
    }

    @ParameterizedTest
    @EnumSource(Version.class) void serverSupportsBothVersions(Version version) throws Exception {
        if (version.name().equals("HTTP_3")) return;
        try (var http = new TestHttpServer(WHO)) {
            var answer = http.client.send(http.request(http.https("/who")).version(version).build(),
                    BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.body()).isEqualTo("localhost 127.0.0.1 true\n");
            assertThat(answer.headers().firstValue("Server")).isEmpty();
        }
    }

    /** Browsers do so for WebSockets, and old programs always. */
    @Test void clientMayOfferOnlyHttp1() throws Exception {
        try (var http = new TestHttpServer(WHO); var socket = (SSLSocket) TestHttpServer.trustingAll()
                .getSocketFactory().createSocket("127.0.0.1", http.server.secured().getFirst().getPort())) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("localhost")));
            parameters.setApplicationProtocols(new String[]{ "http/1.1" });
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            socket.getOutputStream()
                    .write("GET /who HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes());
            assertThat(new String(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 200")
                    .endsWith("localhost 127.0.0.1 true\n");
        }
    }

    @Test void routeWithTheLongestPathHandlesTheRequest() throws Exception {
        try (var http = new TestHttpServer(Route.get("/a/", Cors.NONE, r -> Response.text(200, "below a: " + r.rest())),
                Route.get("/a/b", Cors.NONE, _ -> Response.text(200, "b")))) {
            assertThat(http.get(http.https("/a/b")).body()).isEqualTo("b\n");
            assertThat(http.get(http.https("/a/b/c")).body()).isEqualTo("below a: b/c\n");
            assertThat(http.get(http.https("/a/%C3%A4%20b?x=1")).body()).isEqualTo("below a: ä b\n");
            assertThat(http.get(http.https("/a")).statusCode()).isEqualTo(404);
            assertThat(http.client.send(http.request(http.https("/a/b")).DELETE().build(), BodyHandlers.discarding()))
                    .satisfies(refused -> {
                        assertThat(refused.statusCode()).isEqualTo(405);
                        assertThat(refused.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "/a/../secret", "/a/%2e%2e/secret", "/a/..%2fsecret", "/a/%252e%252e/secret",
            "/a//../secret", "/a/;/../secret", "/a\\..\\secret" }) void noPathLeavesItsFolder(String path)
                    throws Exception {
        try (var http =
                new TestHttpServer(Route.get("/a/", Cors.NONE, r -> Response.text(200, "[" + r.rest() + "]")))) {
            assertThat(http.talk("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .doesNotContain("[..", "/..", "secret]\n../");
        }
    }

    @Test void bodyIsStreamedUpToItsLimit() throws Exception {
        long large = 64L << 20;
        try (var http = new TestHttpServer(
                post("/count", large,
                        r -> Response.text(200,
                                String.valueOf(r.body().transferTo(java.io.OutputStream.nullOutputStream())))),
                post("/small", 10, r -> Response.text(200, new String(r.body().readAllBytes()))))) {
            var piece = new byte[1 << 20];
            var put = http.request(http.https("/count"))
                    .PUT(BodyPublishers.ofByteArrays(java.util.Collections.nCopies(64, piece))).build();
            assertThat(http.client.send(put, BodyHandlers.ofString()).body()).isEqualTo(large + "\n");
            assertThat(http.client
                    .send(http.request(http.https("/small")).POST(BodyPublishers.ofString("eleven char")).build(),
                            BodyHandlers.ofString())
                    .statusCode()).isEqualTo(413);
            var unsaid = BodyPublishers.fromPublisher(BodyPublishers.ofString("eleven char"));
            assertThat(
                    http.client.send(http.request(http.https("/small")).POST(unsaid).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(413);
            assertThat(http.client
                    .send(http.request(http.https("/small")).POST(BodyPublishers.ofString("ten chars!")).build(),
                            BodyHandlers.ofString())
                    .body()).isEqualTo("ten chars!\n");
        }
    }

    @Test void unreadBodyStaysWithTheClient() throws Exception {
        var go = new CountDownLatch(1);
        try (var http = new TestHttpServer(post("/wait", 1L << 40, r -> {
            go.await();
            return Response.text(200, String.valueOf(r.body().transferTo(java.io.OutputStream.nullOutputStream())));
        })); var socket = http.raw()) {
            long length = 256L << 20;
            var sent = new java.util.concurrent.atomic.AtomicLong();
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream()
                            .write(("PUT /wait HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                                    + length + "\r\n\r\n").getBytes());
                    var piece = new byte[1 << 16];
                    for (long left = length; left > 0; left -= piece.length) {
                        socket.getOutputStream().write(piece);
                        sent.addAndGet(piece.length);
                    }
                } catch (IOException e) {
                    sent.set(-1);
                }
            });
            while (sender.getState() != Thread.State.WAITING && sender.getState() != Thread.State.TIMED_WAITING
                    || sent.get() == 0)
                Thread.onSpinWait();
            assertThat(sent.get()).isLessThan(length);
            go.countDown();
            assertThat(new String(socket.getInputStream().readAllBytes())).endsWith(length + "\n");
        }
    }

    @Test void clientMayRequestAnyPartOfAFile() throws Exception {
        var bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 31);
        var content = new Content(bytes.length, "image/png", "v1", Instant.EPOCH,
                from -> new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from));
        try (var http = new TestHttpServer(Route.get("/file", Cors.ANYBODY, content::answer))) {
            var whole = http.client.send(http.request(http.https("/file")).build(), BodyHandlers.ofByteArray());
            assertThat(whole.body()).isEqualTo(bytes);
            assertThat(whole.headers().map()).containsEntry("etag", List.of("\"v1\""))
                    .containsEntry("content-type", List.of("image/png"))
                    .containsEntry("accept-ranges", List.of("bytes"));
            for (String[] range : new String[][]{ { "bytes=0-0", "0", "1" }, { "bytes=99999-", "99999", "100000" },
                    { "bytes=-10", "99990", "100000" }, { "bytes=5000-200000", "5000", "100000" } }) {
                var part = http.client.send(http.request(http.https("/file"), "Range", range[0]).build(),
                        BodyHandlers.ofByteArray());
                int first = Integer.parseInt(range[1]), end = Integer.parseInt(range[2]);
                assertThat(part.statusCode()).as(range[0]).isEqualTo(206);
                assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, first, end));
                assertThat(part.headers().firstValue("Content-Range"))
                        .hasValue("bytes " + first + "-" + (end - 1) + "/100000");
            }
            assertThat(http.get(http.https("/file"), "Range", "bytes=100000-").statusCode()).isEqualTo(416);
            assertThat(http.get(http.https("/file"), "Range", "bytes=0-1,5-6").statusCode()).isEqualTo(200);
            assertThat(http.get(http.https("/file"), "Range", "bytes=0-1", "If-Range", "\"v0\"").statusCode())
                    .isEqualTo(200);
            assertThat(http.get(http.https("/file"), "If-None-Match", "\"v0\", W/\"v1\"").statusCode()).isEqualTo(304);
            var head =
                    http.client.send(http.request(http.https("/file")).method("HEAD", BodyPublishers.noBody()).build(),
                            BodyHandlers.ofString());
            assertThat(head.headers().firstValue("Content-Length")).hasValue("100000");
            assertThat(head.body()).isEmpty();
        }
    }

    @Test void routeDecidesOnTheRightsOfOtherOrigins() throws Exception {
        var open = new Route(Route.Front.PUBLIC, "/open", Set.of("PUT"),
                new Cors(true, List.of("Content-Type", "Authorization"), List.of("ETag")), 10,
                _ -> Response.empty(201));
        try (var http = new TestHttpServer(open, WHO)) {
            var asked = http.client.send(http
                    .request(http.https("/open"), "Origin", "https://compliance.conversations.im",
                            "Access-Control-Request-Method", "PUT")
                    .method("OPTIONS", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
            assertThat(asked.statusCode()).isEqualTo(204);
            assertThat(asked.headers().map()).containsEntry("access-control-allow-origin", List.of("*"))
                    .containsEntry("access-control-allow-methods", List.of("OPTIONS, PUT"))
                    .containsEntry("access-control-allow-headers", List.of("Content-Type, Authorization"));
            var put = http.client.send(http.request(http.https("/open")).PUT(BodyPublishers.ofString("x")).build(),
                    BodyHandlers.ofString());
            assertThat(put.headers().map()).containsEntry("access-control-allow-origin", List.of("*"))
                    .containsEntry("access-control-expose-headers", List.of("ETag"));
            var wrong = http.client.send(http.request(http.https("/open")).POST(BodyPublishers.ofString("x")).build(),
                    BodyHandlers.ofString());
            assertThat(wrong.statusCode()).isEqualTo(405);
            assertThat(wrong.headers().firstValue("access-control-allow-origin")).as("an error that a page may read")
                    .hasValue("*");
            assertThat(http.get(http.https("/who"), "Origin", "https://elsewhere.example").headers()
                    .firstValue("access-control-allow-origin")).isEmpty();
        }
    }

    @Test void clientSeesAResponseThatPrecedesItsBody() throws Exception {
        var ignoringBody =
                new Route(Route.Front.PUBLIC, "/ignoring", Set.of("PUT"), Cors.NONE, 1 << 20, _ -> Response.empty(201));
        try (var http = new TestHttpServer(ignoringBody, WHO)) {
            for (int i = 0; i < 200; i++) {
                assertThat(http.client.send(
                        http.request(http.https("/ignoring")).PUT(BodyPublishers.ofByteArray(new byte[100_000]))
                                .build(),
                        BodyHandlers.ofString()).statusCode()).isEqualTo(201);
                assertThat(http.client.send(
                        http.request(http.https("/ignoring")).POST(BodyPublishers.ofByteArray(new byte[1000])).build(),
                        BodyHandlers.ofString()).statusCode()).isEqualTo(405);
            }
        }
    }

    @Test void hostHeaderSelectsTheHost() throws Exception {
        try (var http = new TestHttpServer("[http.urls]\n'b.example' = 'https://chat.example:8443'\n", WHO)) {
            assertThat(http.talk("GET /who HTTP/1.1\r\nHost: B.example:443\r\nConnection: close\r\n\r\n"))
                    .contains("b.example 127.0.0.1 false");
            assertThat(http.talk("GET /who HTTP/1.1\r\nHost: chat.example:8443\r\nConnection: close\r\n\r\n"))
                    .contains("b.example 127.0.0.1 false");
            assertThat(http.talk("GET /who HTTP/1.1\r\nHost: upload.b.example\r\nConnection: close\r\n\r\n"))
                    .contains("b.example 127.0.0.1 false");
            assertThat(TestHttpServer
                    .line(http.talk("GET /who HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), 0))
                    .contains("421");
        }
    }

    @Test void eachHostShowsItsLatestCertificate() throws Exception {
        try (var http = new TestHttpServer(WHO)) {
            assertThat(certificate(http, "b.example").getSubjectX500Principal().getName()).isEqualTo("CN=b.example");
            var first = certificate(http, "localhost");
            assertThat(first.getSubjectX500Principal().getName()).isEqualTo("CN=localhost");
            assertThat(certificate(http, "unknown.example")).isEqualTo(first);
            http.renew();
            assertThat(certificate(http, "localhost")).isNotEqualTo(first);
        }
    }

    private static java.security.cert.X509Certificate certificate(TestHttpServer http, String host) throws Exception {
        try (var socket = (SSLSocket) TestHttpServer.trustingAll().getSocketFactory().createSocket("127.0.0.1",
                http.server.secured().getFirst().getPort())) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test void localRoutesNeedTheLocalFrontAndALocalName() throws Exception {
        try (var http = new TestHttpServer(Route.local("/metrics", _ -> Response.text(200, "numbers")), WHO)) {
            var local = "http://localhost:" + http.server.local().getFirst().getPort();
            assertThat(http.get(local + "/metrics").body()).isEqualTo("numbers\n");
            assertThat(http.get(local + "/who").statusCode()).isEqualTo(404);
            assertThat(http.get(http.https("/metrics")).statusCode()).isEqualTo(404);
            try (var socket = new java.net.Socket("127.0.0.1", http.server.local().getFirst().getPort())) {
                socket.getOutputStream().write(
                        "GET /metrics HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n".getBytes());
                assertThat(new String(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 421")
                        .doesNotContain("numbers");
            }
        }
    }

    @Test void errorResponseHidesInternals() throws Exception {
        try (var http =
                new TestHttpServer(Route.get("/bug", Cors.NONE, _ -> { throw new IllegalStateException("secret"); }),
                        Route.get("/no", Cors.NONE, _ -> {
                            throw new HttpException(409, "not now");
                        }))) {
            assertThat(http.get(http.https("/bug"))).satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body()).doesNotContain("secret", "Exception", "Jetty");
            });
            assertThat(http.get(http.https("/no"))).satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(409);
                assertThat(answer.body()).isEqualTo("not now\n");
            });
        }
    }

    @Test void disabledServerDoesNotListen() throws Exception {
        try (var http = new TestHttpServer("enabled = false\n", WHO)) {
            assertThat(http.server.secured()).isEmpty();
            assertThat(http.server.plain()).isEmpty();
            assertThat(http.server.local()).isEmpty();
        }
    }

    @Test void messageNamesAPortInUse() throws Exception {
        try (var occupied = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var ports = TestHttpServer.PORTS.replace("plain = ['127.0.0.1:0']",
                    "plain = ['127.0.0.1:" + occupied.getLocalPort() + "']");
            assertThatThrownBy(() -> TestHttpServer.start(ports)).isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + occupied.getLocalPort());
        }
    }

    @Test void webSocketCarriesMessagesBothWays() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        var closed = new LinkedBlockingQueue<Boolean>();
        var route =
                Route.get("/ws", Cors.NONE, _ -> new WebSocketUpgrade("test", socket -> new TextWebSocket.Listener() {
                    private final StringBuilder message = new StringBuilder();

                    @Override public void received(ByteBuffer bytes, boolean last) {
                        message.append(java.nio.charset.StandardCharsets.ISO_8859_1.decode(bytes));
                        if (!last) return;
                        heard.add(message.toString());
                        socket.send(("echo " + message).getBytes());
                        message.setLength(0);
                    }

                    @Override public void drained() {}

                    @Override public void closed(boolean byPeer) { closed.add(byPeer); }
                }));
        try (var http = new TestHttpServer(route)) {
            var answers = new LinkedBlockingQueue<String>();
            var socket = http.client.newWebSocketBuilder().subprotocols("test")
                    .buildAsync(java.net.URI.create(http.https("/ws").replace("https", "wss")),
                            new java.net.http.WebSocket.Listener() {
                                private final StringBuilder text = new StringBuilder();

                                @Override public java.util.concurrent.CompletionStage<?> onText(
                                        java.net.http.WebSocket s, CharSequence data, boolean last) {
                                    text.append(data);
                                    if (last) {
                                        answers.add(text.toString());
                                        text.setLength(0);
                                    }
                                    s.request(1);
                                    return null;
                                }

                                @Override public java.util.concurrent.CompletionStage<?> onPong(
                                        java.net.http.WebSocket s, ByteBuffer message) {
                                    answers.add("pong " + message.remaining());
                                    s.request(1);
                                    return null;
                                }
                            })
                    .get(20, TimeUnit.SECONDS);
            socket.sendText("one, ", false).thenCompose(s -> s.sendText("two", true)).get(20, TimeUnit.SECONDS);
            assertThat(answers.poll(20, TimeUnit.SECONDS)).isEqualTo("echo one, two");
            socket.sendPing(ByteBuffer.wrap(new byte[3])).get(20, TimeUnit.SECONDS);
            assertThat(answers.poll(20, TimeUnit.SECONDS)).isEqualTo("pong 3");
            var large = "x".repeat(100_000);
            socket.sendText(large, true).get(20, TimeUnit.SECONDS);
            assertThat(answers.poll(20, TimeUnit.SECONDS)).isEqualTo("echo " + large);
            socket.sendClose(1000, "").get(20, TimeUnit.SECONDS);
            assertThat(closed.poll(20, TimeUnit.SECONDS)).isTrue();
            assertThat(http.get(http.https("/ws")).statusCode()).as("no WebSocket requested").isEqualTo(426);
        }
    }

    @Test void disconnectedClientIsNoBug() throws Exception {
        var begun = new CountDownLatch(1);
        var failed = new LinkedBlockingQueue<String>();
        try (var http = new TestHttpServer(post("/up", 1 << 20, r -> {
            begun.countDown();
            try (InputStream in = r.body()) {
                return Response.text(200, String.valueOf(in.readAllBytes().length));
            } catch (IOException e) {
                failed.add("gone");
                throw e;
            }
        }))) {
            try (var socket = http.raw()) {
                socket.getOutputStream()
                        .write("POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf".getBytes());
                begun.await();
            }
            assertThat(failed.poll(20, TimeUnit.SECONDS)).isEqualTo("gone");
        }
    }
}
