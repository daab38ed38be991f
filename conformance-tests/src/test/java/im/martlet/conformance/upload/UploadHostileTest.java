package im.martlet.conformance.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.peers.UploadClient;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Uploads that stall, break off, or exceed the limits. */
class UploadHostileTest {
    private static final byte[] FILE = UploadTest.bytes(300_000, 5);

    private static LocalServer server(String http) {
        return LocalServer.start(LocalServer.SETTINGS.replace("[limits]", http + "\n[limits]"));
    }

    /** Opens a connection and sends half of an upload. */
    private static Socket beginUpload(LocalServer server, URI put) throws IOException {
        var socket = new Socket("127.0.0.1", server.server().http().plain().getFirst().getPort());
        socket.getOutputStream()
                .write(("PUT " + put.getRawPath() + "?" + put.getRawQuery()
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + FILE.length + "\r\n\r\n")
                        .getBytes(US_ASCII));
        socket.getOutputStream().write(FILE, 0, FILE.length / 2);
        return socket;
    }

    private static long files(LocalServer server) throws IOException {
        var folder = server.data().resolve("uploads");
        if (!Files.exists(folder)) return 0;
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test void anAbortedUploadLeavesNothingAndMayBeRepeated() throws Exception {
        try (var server = server(""); var juliet = UploadClient.at(server)) {
            var slot = juliet.slot("a", FILE.length, "");
            try (var socket = beginUpload(server, slot.put())) {
                await().until(() -> files(server) == 1);
                assertThat(socket.isConnected()).isTrue();
            }
            await().until(() -> files(server) == 0);
            await().until(() -> juliet.put(slot.put(), FILE, "").statusCode() == 201); // as soon as the slot is free
            assertThat(juliet.get(slot.get()).body()).isEqualTo(FILE);
        }
    }

    @Test void aStalledUploadIsClosed() throws Exception {
        try (var server = server("idle = '1s'"); var juliet = UploadClient.at(server)) {
            var slot = juliet.slot("a", FILE.length, "");
            try (var socket = beginUpload(server, slot.put())) {
                assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).doesNotContain("201");
            }
            await().until(() -> files(server) == 0);
            assertThat(juliet.get(slot.get()).statusCode()).isEqualTo(404);
        }
    }

    @Test void aSlowUploadIsRefused() throws Exception {
        try (var server = server("idle = '1s'\nslowest = '1 GB'"); var juliet = UploadClient.at(server)) {
            var slot = juliet.slot("a", FILE.length, "");
            try (var socket = beginUpload(server, slot.put())) {
                var trickle = Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = FILE.length / 2; i < FILE.length; i++) {
                            socket.getOutputStream().write(FILE[i]);
                            Thread.sleep(20); // slower than the limit
                        }
                    } catch (IOException | InterruptedException refused) {
                        // the server has closed the connection, as expected
                    }
                });
                var answer = new byte[12];
                socket.getInputStream().readNBytes(answer, 0, answer.length);
                assertThat(new String(answer, US_ASCII)).isEqualTo("HTTP/1.1 408");
                trickle.interrupt();
            }
            await().until(() -> files(server) == 0);
        }
    }

    @Test void aSlotAcceptsOneUploadAtATime() throws Exception {
        try (var server = server(""); var juliet = UploadClient.at(server)) {
            var slot = juliet.slot("a", FILE.length, "");
            try (var socket = beginUpload(server, slot.put())) {
                await().until(() -> files(server) == 1);
                assertThat(juliet.put(slot.put(), FILE, "").statusCode()).isEqualTo(409);
                socket.getOutputStream().write(FILE, FILE.length / 2, FILE.length - FILE.length / 2);
                var answer = new byte[12];
                socket.getInputStream().readNBytes(answer, 0, answer.length);
                assertThat(new String(answer, US_ASCII)).isEqualTo("HTTP/1.1 201");
            }
            assertThat(juliet.get(slot.get()).body()).isEqualTo(FILE);
        }
    }

    @Test void concurrentUploadsStayWithinTheQuota() throws Exception {
        var settings = LocalServer.SETTINGS.replace("[contact]", "[upload]\nquota = 5000\n[contact]");
        try (var server = LocalServer.start(settings); var juliet = UploadClient.at(server);
                var all = Executors.newVirtualThreadPerTaskExecutor()) {
            var small = UploadTest.bytes(1000, 6);
            var slots = new java.util.ArrayList<UploadClient.Slot>();
            for (int i = 0; i < 20; i++) slots.add(juliet.slot("a", small.length, ""));
            var answers = IntStream.range(0, slots.size())
                    .mapToObj(i -> all.submit(() -> juliet.put(slots.get(i).put(), small, "").statusCode())).toList();
            int kept = 0;
            for (var answer : answers) if (answer.get() == 201) kept++;
            assertThat(kept).isBetween(1, 5);
        }
    }

    @Test void filesAreUploadedAndFetchedOverHttp2() throws Exception {
        var server = LocalServer.shared();
        try (var juliet = UploadClient.at(server); var http = HttpClient.newBuilder()
                .sslContext(Client.trustingAnybody()).version(HttpClient.Version.HTTP_2).build()) {
            var slot = juliet.slot("a.png", FILE.length, "image/png");
            var put = http.send(HttpRequest.newBuilder(slot.put()).header("Content-Type", "image/png")
                    .PUT(BodyPublishers.ofByteArray(FILE)).build(), BodyHandlers.ofString());
            assertThat(put.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(put.statusCode()).isEqualTo(201);
            assertThat(http.send(HttpRequest.newBuilder(slot.get()).build(), BodyHandlers.ofByteArray()).body())
                    .isEqualTo(FILE);
            assertThat(http.send(HttpRequest.newBuilder(slot.put()).PUT(BodyPublishers.ofByteArray(FILE)).build(),
                    BodyHandlers.ofString()).statusCode()).isEqualTo(409);
        }
    }
}
