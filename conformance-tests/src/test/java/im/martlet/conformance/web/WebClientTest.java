package im.martlet.conformance.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.config.Config;
import im.martlet.config.ConfigException;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.WebSocketBridge;
import im.martlet.extensions.web.WebSettings;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the files of the web client over HTTP. {@code ConverseTest} tests the client itself. */
class WebClientTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @BeforeAll static void requireWebClient() {
        assumeTrue(WebClientTest.class.getResource("/im/martlet/webclient/index") != null,
                "npm was missing when this was built, so there is no web client");
    }

    private static HttpResponse<byte[]> send(LocalServer server, String method, String path, String... headers)
            throws Exception {
        var request = HttpRequest
                .newBuilder(
                        URI.create("https://localhost:" + server.server().http().secured().getFirst().getPort() + path))
                .method(method, BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        return WebSocketBridge.http().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String page(LocalServer server) throws Exception {
        return new String(send(server, "GET", "/").body(), UTF_8);
    }

    private static JsonNode settings(LocalServer server) throws Exception {
        var found = Pattern.compile("<script type=\"application/json\" id=\"settings\">(.*?)</script>")
                .matcher(page(server));
        assertThat(found.find()).isTrue();
        return new ObjectMapper().readTree(found.group(1));
    }

    @Test void pageAllowsOnlyItsOwnScripts() throws Exception {
        var got = send(SERVER, "GET", "/");
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(header(got, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(got, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(got, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(got, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe-eval", "script-src 'self' 'unsafe-inline'");
        assertThat(got.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test void pageGetsTheServersSettings() throws Exception {
        var settings = settings(SERVER);
        assertThat(settings.get("host").asText()).isEqualTo("localhost");
        assertThat(settings.get("websocket").asText()).isEqualTo("/xmpp-websocket");
        assertThat(settings.get("bosh").asText()).isEqualTo("/http-bind");
        assertThat(settings.get("rooms").asText()).isEqualTo("conference.localhost");
        assertThat(settings.get("push").asText()).isEqualTo("push.localhost");
        assertThat(settings.get("registration").asBoolean()).isTrue();
        assertThat(settings.get("omemo").asBoolean()).isFalse();
    }

    @Test void pageGetsNoSettingsOfDisabledFeatures() throws Exception {
        try (var server = LocalServer
                .start(LocalServer.SETTINGS.replace("[registration]\nenabled = true", "[registration]\nenabled = false")
                        + "[websocket]\nenabled = false\n[rooms]\nenabled = false\n[push]\ngateway = ''\n")) {
            var less = settings(server);
            assertThat(less.has("websocket")).isFalse();
            assertThat(less.has("rooms")).isFalse();
            assertThat(less.has("push")).isFalse();
            assertThat(less.get("registration").asBoolean()).isFalse();
        }
    }

    @Test void everyLinkedFileIsServedByThisServer() throws Exception {
        var links = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page(SERVER)).results().map(m -> m.group(1))
                .toList();
        assertThat(links).hasSizeGreaterThan(4).allMatch(link -> link.startsWith("/web/"));
        for (String link : links) assertThat(send(SERVER, "GET", link).statusCode()).as(link).isEqualTo(200);
        var licence = links.stream().filter(l -> l.endsWith("/converse.min.js")).findFirst().orElseThrow()
                .replace("converse.min.js", "LICENSE");
        assertThat(new String(send(SERVER, "GET", licence).body(), UTF_8))
                .startsWith("Mozilla Public License Version 2.0");
    }

    @Test void unchangedFileIsNotSentAgain() throws Exception {
        for (String path : new String[]{ "/", "/web/start.js", script() }) {
            var whole = send(SERVER, "GET", path);
            var again = send(SERVER, "GET", path, "If-None-Match", header(whole, "ETag"));
            assertThat(again.statusCode()).as(path).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            var head = send(SERVER, "HEAD", path);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(header(head, "Content-Length")).isEqualTo(String.valueOf(whole.body().length));
        }
        assertThat(header(send(SERVER, "GET", "/"), "Cache-Control")).as("the page depends on the settings")
                .isEqualTo("no-cache");
        assertThat(header(send(SERVER, "GET", script()), "Cache-Control")).contains("immutable");
    }

    private static String script() throws Exception {
        return "/web/" + settings(SERVER).get("version").asText() + "/converse.min.js";
    }

    @Test void fileIsCompressedForClientsThatAcceptGzip() throws Exception {
        var plain = send(SERVER, "GET", script());
        var zipped = send(SERVER, "GET", script(), "Accept-Encoding", "br, gzip;q=0.8");
        assertThat(header(zipped, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(zipped, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(zipped.body().length).isLessThan(plain.body().length / 3);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes()).isEqualTo(plain.body());
        assertThat(header(zipped, "ETag")).isNotEqualTo(header(plain, "ETag"));
        assertThat(send(SERVER, "GET", script(), "Accept-Encoding", "gzip", "If-None-Match", header(zipped, "ETag"))
                .statusCode()).isEqualTo(304);
        for (String none : new String[]{ "gzip;q=0", "gzip;q=0.0", "br", "identity" })
            assertThat(header(send(SERVER, "GET", script(), "Accept-Encoding", none), "Content-Encoding")).as(none)
                    .isEmpty();
    }

    @Test void workerMayControlTheWholePage() throws Exception {
        var worker = send(SERVER, "GET", "/web/worker.js");
        assertThat(header(worker, "Service-Worker-Allowed")).isEqualTo("/");
        assertThat(header(worker, "Content-Type")).startsWith("text/javascript");
        assertThat(header(send(SERVER, "GET", "/web/start.js"), "Service-Worker-Allowed")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "POST", "PUT", "DELETE", "PATCH" }) void otherMethodsAreRefused(String method)
            throws Exception {
        for (String path : new String[]{ "/", "/web/start.js" }) {
            var refused = send(SERVER, method, path);
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(header(refused, "Allow")).isEqualTo("GET, HEAD, OPTIONS");
        }
        assertThat(send(SERVER, method, "/elsewhere").statusCode()).as("a path without a file").isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/web/", "/web", "/web/index", "/web/../data", "/web/..%2f..%2fpage.html",
            "/web/%2e%2e/page.html", "/web/page.html", "/web//etc/passwd", "/web/14.0.0/", "/web/14.0.0/../index",
            "/web/14.0.0/libomemo.esm.min.js", "/web/start.js/", "/web/start.js%00", "/web/..%5cpage.html",
            "/web/..;/page.html", "/web/%u002e%u002e/x", "/web/im/martlet/extensions/web/WebClient.class",
            "/web/..%2fWebClient.class" }) void noPathLeavesTheWebClientsFiles(String path) throws Exception {
        var port = SERVER.server().http().plain().getFirst().getPort();
        try (var socket = new java.net.Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(("GET " + path
                    + " HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1\r\n"
                    + "Connection: close\r\n\r\n").getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8).lines().findFirst().orElseThrow())
                    .matches("HTTP/1.1 40[04].*");
        }
    }

    @Test void pageIsRefusedOverPlainHttp() throws Exception {
        var port = SERVER.server().http().plain().getFirst().getPort();
        var answer = WebSocketBridge.http().send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/")).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
    }

    @Test void disabledWebClientIsNotServed() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS + "[web]\nenabled = false\n")) {
            for (String path : new String[]{ "/", "/web/start.js", script() })
                assertThat(send(server, "GET", path).statusCode()).isEqualTo(404);
        }
    }

    @Test void omemoLibraryIsServedWhenConfigured(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("libomemo.esm.min.js"), "export {}");
        var settings = LocalServer.SETTINGS + "[web]\nomemo = '" + folder + "'\n";
        assertThatThrownBy(() -> check(settings)).isInstanceOf(ConfigException.class)
                .hasMessageContaining("curve25519_compiled.wasm cannot be read");
        Files.writeString(folder.resolve("curve25519_compiled.wasm"), "asm");
        try (var server = LocalServer.start(settings)) {
            assertThat(settings(server).get("omemo").asBoolean()).isTrue();
            assertThat(header(send(server, "GET", "/"), "Content-Security-Policy"))
                    .contains("script-src 'self' 'wasm-unsafe-eval';");
            var version = settings(server).get("version").asText();
            assertThat(new String(send(server, "GET", "/web/" + version + "/libomemo.esm.min.js").body(), UTF_8))
                    .isEqualTo("export {}");
            assertThat(header(send(server, "GET", "/web/" + version + "/curve25519_compiled.wasm"), "Content-Type"))
                    .isEqualTo("application/wasm");
        }
    }

    private static void check(String settings) throws ConfigException {
        var config = Config.parse(settings, Path.of("test.toml"));
        WebSettings.of(config);
        config.check();
    }

    /** The web client's own origin is always allowed. */
    @Test void ownOriginMayAlwaysConnect() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS
                + "[websocket]\norigins = ['https://chat.example']\n[bosh]\norigins = ['https://chat.example']\n")) {
            var own = "https://localhost:" + server.server().http().secured().getFirst().getPort();
            for (String origin : new String[]{ own, "https://chat.example", "https://evil.example",
                    "https://localhost", "null" }) {
                boolean allowed = origin.equals(own) || origin.equals("https://chat.example");
                assertThat(status(own + "/xmpp-websocket", origin)).as("WebSocket from " + origin)
                        .isEqualTo(allowed ? 426 : 403);
                assertThat(status(own + "/http-bind", origin)).as("BOSH from " + origin)
                        .isEqualTo(allowed ? 200 : 403);
            }
        }
    }

    private static int status(String address, String origin) throws Exception {
        var body = "<body xmlns='http://jabber.org/protocol/httpbind' rid='1' to='localhost' xml:lang='en' wait='1'"
                + " hold='1' ver='1.6'/>";
        var request = HttpRequest.newBuilder(URI.create(address)).header("Origin", origin);
        if (address.endsWith("/http-bind")) request.POST(BodyPublishers.ofString(body));
        return WebSocketBridge.http().send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
