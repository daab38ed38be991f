package im.martlet.conformance.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.SimulatedTimeModule;
import im.martlet.conformance.harness.peers.UploadClient;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploaded files (XEP-0363) as an HTTP client sees them. */
public class UploadTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final byte[] FILE = bytes(300_000, 1);

    public static byte[] bytes(int length, int seed) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) (i * 31 + i / 256 * seed);
        return bytes;
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test void anUploadedFileIsServedAtItsAddress() throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var slot = juliet.slot("très cool.jpg", FILE.length, "image/jpeg");
            assertThat(slot.put().getScheme()).isEqualTo("https");
            assertThat(slot.get().toString()).endsWith("/tr%C3%A8s%20cool.jpg");
            assertThat(juliet.get(slot.get()).statusCode()).as("before the upload").isEqualTo(404);
            assertThat(juliet.put(slot.put(), FILE, "image/jpeg").statusCode()).isEqualTo(201);
            var got = juliet.get(slot.get());
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo(FILE);
            assertThat(header(got, "Content-Type")).isEqualTo("image/jpeg");
            assertThat(header(got, "Content-Disposition"))
                    .isEqualTo("inline; filename=\"tr_s cool.jpg\"; filename*=UTF-8''tr%C3%A8s%20cool.jpg");
            assertThat(juliet.get(URI.create(slot.get().toString().replaceAll("[^/]+$", "other-name"))).body())
                    .as("the file name in the address does not matter").isEqualTo(FILE);
        }
    }

    @Test void rangesAndConditionalRequestsAreSupported() throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var where = juliet.upload("a.png", FILE, "image/png");
            var whole = juliet.get(where);
            var tag = header(whole, "ETag");
            var date = header(whole, "Last-Modified");
            assertThat(header(whole, "Accept-Ranges")).isEqualTo("bytes");
            var part = juliet.get(where, "Range", "bytes=100000-199999");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(FILE, 100_000, 200_000));
            assertThat(header(part, "Content-Range")).isEqualTo("bytes 100000-199999/300000");
            assertThat(juliet.get(where, "Range", "bytes=-5").body())
                    .isEqualTo(Arrays.copyOfRange(FILE, 299_995, 300_000));
            assertThat(juliet.get(where, "Range", "bytes=300000-").statusCode()).isEqualTo(416);
            assertThat(juliet.get(where, "If-None-Match", tag)).satisfies(notModified -> {
                assertThat(notModified.statusCode()).isEqualTo(304);
                assertThat(notModified.body()).isEmpty();
            });
            assertThat(juliet.get(where, "If-Modified-Since", date).statusCode()).isEqualTo(304);
            assertThat(juliet.get(where, "If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT").statusCode())
                    .isEqualTo(200);
            assertThat(juliet.get(where, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
            assertThat(juliet.get(where, "If-Match", tag).statusCode()).isEqualTo(200);
            assertThat(juliet.get(where, "If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT").statusCode())
                    .isEqualTo(412);
            assertThat(juliet.get(where, "Range", "bytes=0-0", "If-Range", tag).statusCode()).isEqualTo(206);
            assertThat(juliet.get(where, "Range", "bytes=0-0", "If-Range", "\"other\"").statusCode()).isEqualTo(200);
            assertThat(juliet.get(where, "Range", "bytes=0-0", "If-Range", date).statusCode()).isEqualTo(206);
            var head = juliet.send("HEAD", where, "Accept", "*/*");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(header(head, "Content-Length")).isEqualTo("300000");
            assertThat(header(head, "ETag")).isEqualTo(tag);
        }
    }

    /** Sends the requests of the compliance tester, word for word. */
    @Test void pagesOfOtherOriginsMayUploadAndRead() throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var slot = juliet.slot("hello.png", 1234, "image/png");
            var asked = juliet.send("OPTIONS", slot.put(), "Origin", "https://compliance.conversations.im",
                    "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "content-type");
            assertThat(asked.statusCode()).isEqualTo(204);
            assertThat(header(asked, "Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(header(asked, "Access-Control-Allow-Methods").split(", ")).contains("PUT", "GET", "HEAD",
                    "OPTIONS");
            assertThat(header(asked, "Access-Control-Allow-Headers").toLowerCase(java.util.Locale.ROOT).split(", "))
                    .contains("content-type", "authorization", "range");
            assertThat(header(juliet.put(slot.put(), new byte[1234], "image/png"), "Access-Control-Allow-Origin"))
                    .isEqualTo("*");
            var got = juliet.get(slot.get());
            assertThat(header(got, "Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(header(got, "Access-Control-Expose-Headers")).contains("ETag", "Content-Range");
            assertThat(header(juliet.get(URI.create(slot.get() + "x").resolve("/upload/none/x")),
                    "Access-Control-Allow-Origin")).as("the page may read the error, too").isEqualTo("*");
        }
    }

    @ParameterizedTest
    @CsvSource({ "text/html, a.html", "image/svg+xml, a.svg", "application/xhtml+xml, a.png", "text/xml, a",
            "application/javascript, a.js", "TEXT/HTML, a.png", "text/css, a.css",
            "application/x-shockwave-flash, a.swf" }) void filesThatABrowserMightRunAreServedForDownloadOnly(
                    String type, String file)
                    throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var got = juliet.get(juliet.upload(file, "<script>alert(1)</script>".getBytes(UTF_8), type));
            assertThat(header(got, "Content-Disposition")).startsWith("attachment;");
            assertThat(header(got, "Content-Type")).isEqualTo("application/octet-stream");
            assertThat(header(got, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(got, "Content-Security-Policy"))
                    .contains("default-src 'none'", "sandbox", "frame-ancestors 'none'")
                    .doesNotContain("allow-", "script-src");
        }
    }

    @ParameterizedTest
    @CsvSource({ "image/png, inline, image/png", "video/mp4, inline, video/mp4",
            "text/plain;charset=utf-8, inline, text/plain", "application/pdf, attachment, application/pdf",
            "application/zip, attachment, application/zip",
            "'', attachment, application/octet-stream" }) void harmlessTypesAreServedAsTheyAre(String type, String how,
                    String shown) throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var got = juliet.get(juliet.upload("file", FILE, type));
            assertThat(header(got, "Content-Disposition")).startsWith(how + ";");
            assertThat(header(got, "Content-Type")).isEqualTo(shown);
            assertThat(header(got, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(got, "Content-Security-Policy")).contains("sandbox");
        }
    }

    @Test void aSlotIsValidForOneUpload() throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var slot = juliet.slot("once.bin", FILE.length, "");
            assertThat(juliet.put(slot.put(), FILE, "").statusCode()).isEqualTo(201);
            assertThat(juliet.put(slot.put(), bytes(FILE.length, 2), "").statusCode()).as("replayed").isEqualTo(409);
            assertThat(juliet.get(slot.get()).body()).isEqualTo(FILE);
        }
    }

    @Test void aMismatchedUploadIsRefusedAndTheSlotStaysValid() throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var slot = juliet.slot("a.png", FILE.length, "image/png");
            assertThat(juliet.put(slot.put(), new byte[FILE.length - 1], "image/png").statusCode()).as("too small")
                    .isEqualTo(400);
            assertThat(juliet.put(slot.put(), new byte[FILE.length + 1], "image/png").statusCode()).as("too large")
                    .isEqualTo(413);
            assertThat(juliet.put(slot.put(), FILE, "text/html").statusCode()).as("of another type").isEqualTo(415);
            assertThat(
                    juliet.put(slot.put(), BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(FILE)), "image/png")
                            .statusCode())
                    .as("without a length").isEqualTo(411);
            assertThat(juliet.get(slot.get()).statusCode()).isEqualTo(404);
            assertThat(juliet.put(slot.put(), FILE, "image/png").statusCode()).isEqualTo(201);
        }
    }

    @Test void aForgedSlotIsRefused() throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var slot = juliet.slot("a.png", 10, "image/png");
            var url = slot.put().toString();
            var other = juliet.slot("a.png", 10, "image/png");
            var token = url.substring(url.indexOf('=') + 1);
            var claims =
                    new String(java.util.Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), UTF_8);
            var larger = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(
                    claims.replace("\n10\n", "\n1000000000\n").getBytes(UTF_8)) + token.substring(token.indexOf('.'));
            for (String forged : List.of(url.substring(0, url.indexOf('?')), url.substring(0, url.indexOf('=') + 1),
                    url.substring(0, url.length() - 2) + "AA", url.replace(token, larger),
                    url.replace(token, token.substring(token.indexOf('.'))),
                    url.replace(token, "a.b.c"), url.replace(token, "%00"), other.get() + "?slot=" + token,
                    url.replace("/upload/", "/upload/x")))
                assertThat(juliet.put(URI.create(forged), new byte[10], "image/png").statusCode()).as(forged)
                        .isEqualTo(403);
            assertThat(juliet.send("DELETE", slot.put(), "Accept", "*/*").statusCode()).isEqualTo(405);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "/upload/", "/upload/../upload", "/upload/..%2f..%2fmartlet.mv.db",
            "/upload/%2e%2e/secret", "/upload//etc/passwd", "/upload/..;/secret", "/upload/%00", "/upload/a%5c..%5cb",
            "/upload/p00000000000000000000000000000000", "/upload/%u002e%u002e/x" }) void noPathLeadsOutOfTheUploads(
                    String path) throws Exception {
        var port = SERVER.server().http().plain().getFirst().getPort();
        try (var socket = new java.net.Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(
                    ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8).lines().findFirst().orElseThrow())
                    .matches("HTTP/1.1 40[04].*");
        }
    }

    @ParameterizedTest
    @CsvSource({ "../../etc/passwd, passwd", "C:\\boot.ini, boot.ini", ".., file", "100%.png, 100_.png",
            "a;b.png, a_b.png", "'  ', file" }) void fileNamesAreSanitized(String given, String inUrl)
                    throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var slot = juliet.slot(given, FILE.length, "image/png");
            assertThat(slot.get().getPath()).endsWith("/" + inUrl);
            assertThat(juliet.put(slot.put(), FILE, "image/png").statusCode()).isEqualTo(201);
            assertThat(juliet.get(slot.get()).body()).isEqualTo(FILE);
        }
    }

    @Test void aLongFileNameIsAcceptedAndKeepsItsExtension() throws Exception {
        try (var juliet = UploadClient.at(SERVER)) {
            var slot = juliet.slot("猫".repeat(300) + ".jpeg", FILE.length, "image/jpeg");
            assertThat(slot.get().getPath()).endsWith("猫.jpeg");
            assertThat(juliet.put(slot.put(), FILE, "image/jpeg").statusCode()).isEqualTo(201);
            assertThat(header(juliet.get(slot.get()), "Content-Disposition")).endsWith(".jpeg");
        }
    }

    @Test void anEphemeralFileIsGoneInTime() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS, SimulatedTimeModule.class);
                var juliet = UploadClient.at(server)) {
            var clock = SimulatedTimeModule.of(server);
            var slot = juliet.slot("a.png", FILE.length, "image/png",
                    "<ephemeral xmlns='urn:xmpp:http:upload:purpose:0' expire-before='"
                            + clock.instant().plusSeconds(100) + "'/>");
            assertThat(juliet.put(slot.put(), FILE, "image/png").statusCode()).isEqualTo(201);
            assertThat(header(juliet.get(slot.get()), "Cache-Control")).isEqualTo("no-store");
            clock.forward(java.time.Duration.ofSeconds(101));
            assertThat(juliet.get(slot.get()).statusCode()).isEqualTo(404);
        }
    }
}
