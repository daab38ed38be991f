package im.martlet.extensions.push;

import im.martlet.storage.push.PushDevices.Device;
import im.martlet.storage.push.PushDevices.Subscription;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * RFC 8030 §5: sends messages to browsers, through the push services that these have named. Blocks; nothing of an
 * answer's body is read.
 */
@Singleton
final class WebPush implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What became of a message. */
    sealed interface Result {
        record Accepted() implements Result {}

        /** There is no such subscription any more. */
        record Gone(int status) implements Result {}

        /** @param after when to try again, if the service has said so */
        record Later(Optional<Duration> after, String why) implements Result {}

        record Unreachable(String why) implements Result {}

        /** This message will never be taken. */
        record Refused(String why) implements Result {}
    }

    /**
     * How a message is to be delivered.
     *
     * @param timeToLive how long the service keeps it
     * @param urgent whether the device is to be woken at any price
     * @param topic a message of the same that was not delivered yet is replaced; at most 32 letters of Base64 for URLs
     */
    record Manner(Duration timeToLive, boolean urgent, String topic) {}

    private final Supplier<PushSettings> settings;
    private final Vapid vapid;
    private final InstantSource clock;
    private final WebPushEncryption encryption = new WebPushEncryption();
    private final HttpClient http;

    @Inject WebPush(Supplier<PushSettings> settings, Vapid vapid, InstantSource clock) {
        this.settings = settings;
        this.vapid = vapid;
        this.clock = clock;
        var builder = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).connectTimeout(CONNECT)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        settings.get().ca().ifPresent(file -> builder.sslContext(TrustedAuthorities.trusting(file)));
        this.http = builder.build();
    }

    Result send(Device device, byte[] text, Manner manner) {
        try {
            var endpoint = WebPushEndpoint.parse(device.subscription().endpoint());
            if (!settings.get().privateAddresses()) endpoint.check();
            var response = http.send(request(endpoint, device, text, manner), BodyHandlers.ofInputStream());
            response.body().close();
            return result(response);
        } catch (IOException e) {
            return new Result.Unreachable(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result.Unreachable("interrupted");
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return new Result.Refused(String.valueOf(e.getMessage()));
        }
    }

    private HttpRequest request(WebPushEndpoint endpoint, Device device, byte[] text, Manner manner)
            throws GeneralSecurityException {
        var body = encryption.encrypt(text, P256.decode(bytes(device.subscription().key())),
                bytes(device.subscription().auth()));
        var contact =
                settings.get().contact().isEmpty() ? "https://" + device.gateway().domain() : settings.get().contact();
        return HttpRequest.newBuilder(endpoint.uri()).timeout(PATIENCE).POST(BodyPublishers.ofByteArray(body))
                .header("Content-Type", "application/octet-stream").header("Content-Encoding", "aes128gcm")
                .header("TTL", String.valueOf(manner.timeToLive.toSeconds()))
                .header("Urgency", manner.urgent ? "high" : "normal").header("Topic", manner.topic)
                .header("Authorization", vapid.authorization(endpoint.uri(), contact, clock.instant())).build();
    }

    private Result result(HttpResponse<?> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) return new Result.Accepted();
        if (status == 404 || status == 410) return new Result.Gone(status); // RFC 8030 §7.3
        if (status == 429 || status >= 500)
            return new Result.Later(response.headers().firstValue("Retry-After").flatMap(this::pause),
                    "it answers " + status);
        return new Result.Refused("it answers " + status);
    }

    /** Seconds, or a date (RFC 9110 §10.2.3). */
    private Optional<Duration> pause(String after) {
        try {
            if (after.matches("\\d{1,7}")) return Optional.of(Duration.ofSeconds(Long.parseLong(after)));
            return Optional.of(Duration.between(clock.instant(),
                    ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(String base64) { return Base64.getUrlDecoder().decode(base64); }

    /** Reads what a client says of its browser. @throws IllegalArgumentException when it cannot be so; says why */
    static Subscription subscription(String endpoint, String key, String auth) {
        try {
            P256.decode(bytes(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (bytes(auth).length != WebPushEncryption.AUTH)
            throw new IllegalArgumentException("'auth' has " + WebPushEncryption.AUTH + " bytes");
        return new Subscription(WebPushEndpoint.parse(endpoint).uri().toString(), key, auth);
    }

    @Override public void close() { http.shutdownNow(); }
}
