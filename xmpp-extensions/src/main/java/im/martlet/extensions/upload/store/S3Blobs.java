package im.martlet.extensions.upload.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import im.martlet.digest.Sha;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;

/**
 * Stores blobs as objects in a bucket of S3 or of a service with the same protocol. First writes the bytes to a file,
 * so that a slow client, or one that goes away, does not occupy a connection to the service. An object has at most 5
 * GiB and is sent in one request.
 */
public final class S3Blobs implements BlobStore {
    private static final int TRIES = 3;
    private static final long PAUSE_MILLIS = 250;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long SLOWEST = 256 * 1024; // bytes a second; a slower upload fails

    private final S3Settings settings;
    private final AwsSignature signature;
    private final Path spool;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

    /**
     * Creates a store.
     *
     * @param spool a folder for drafts that are not sent yet
     */
    public S3Blobs(S3Settings settings, Path spool) {
        this.settings = settings;
        this.signature = new AwsSignature(settings);
        this.spool = spool;
    }

    @Override public String name() { return BlobNames.next(BlobNames.PLAIN); }

    @Override public Draft draft(String name, long length) throws IOException {
        Files.createDirectories(spool);
        return new SpooledDraft(BlobNames.checked(name), spoolFile(name));
    }

    private Path spoolFile(String name) { return spool.resolve(BlobNames.checked(name)); }

    @Override public InputStream open(String name, long from) throws IOException {
        var answer = send("GET", name, AwsSignature.EMPTY, BodyPublishers.noBody(), TIMEOUT, from);
        int expected = from > 0 ? 206 : 200;
        if (answer.statusCode() == expected) return answer.body();
        try (var body = answer.body()) {
            if (answer.statusCode() == 404) throw new NoSuchFileException(name);
            throw refused("GET", name, answer.statusCode(), body);
        }
    }

    @Override public void delete(String name) throws IOException {
        Files.deleteIfExists(spoolFile(name));
        expect("DELETE", name, send("DELETE", name, AwsSignature.EMPTY, BodyPublishers.noBody(), TIMEOUT, 0));
    }

    private static void expect(String method, String name, HttpResponse<InputStream> answer) throws IOException {
        try (var body = answer.body()) {
            boolean gone = method.equals("DELETE") && answer.statusCode() == 404;
            if (answer.statusCode() / 100 != 2 && !gone) throw refused(method, name, answer.statusCode(), body);
        }
    }

    private static IOException refused(String method, String name, int status, InputStream body) throws IOException {
        return new IOException("the S3 service answers " + method + " " + name + " with " + status + ": "
                + new String(body.readNBytes(500), StandardCharsets.UTF_8));
    }

    /** Sends a request; tries again after errors of the connection or of the service. */
    private HttpResponse<InputStream> send(String method, String name, String content, BodyPublisher body,
            Duration timeout, long from) throws IOException {
        for (int left = TRIES - 1;; left--) try {
            var answer = once(method, name, content, body, timeout, from);
            if (answer.statusCode() < 500 && answer.statusCode() != 429 || left == 0) return answer;
            answer.body().close();
            pause(TRIES - left);
        } catch (InterruptedIOException stopping) {
            throw stopping;
        } catch (IOException e) {
            if (left == 0) throw e;
            pause(TRIES - left);
        }
    }

    private HttpResponse<InputStream> once(String method, String name, String content, BodyPublisher body,
            Duration timeout, long from) throws IOException {
        var url = settings.of(BlobNames.checked(name));
        var request = HttpRequest.newBuilder(url).method(method, body).timeout(timeout);
        signature.headers(method, url, content, Instant.now()).forEach(request::header);
        if (from > 0) request.header("Range", "bytes=" + from + "-");
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            throw stopping();
        }
    }

    private static void pause(int tried) throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS << tried);
        } catch (InterruptedException e) {
            throw stopping();
        }
    }

    private static InterruptedIOException stopping() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the server is stopping");
    }

    private final class SpooledDraft implements Draft {
        private final String name;
        private final Path file;
        private final OutputStream out;
        private final MessageDigest digest = Sha.SHA_256.newDigest();
        private long bytes;

        SpooledDraft(String name, Path file) throws IOException {
            this.name = name;
            this.file = file;
            this.out = Files.newOutputStream(file, CREATE_NEW, WRITE);
        }

        @Override public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            digest.update(from, offset, length);
            bytes += length;
        }

        @Override public void keep() throws IOException {
            out.close();
            expect("PUT", name, send("PUT", name, AwsSignature.hex(digest.digest()), BodyPublishers.ofFile(file),
                    TIMEOUT.plusSeconds(bytes / SLOWEST), 0));
        }

        @Override public void close() throws IOException {
            out.close();
            Files.deleteIfExists(file);
        }
    }
}
