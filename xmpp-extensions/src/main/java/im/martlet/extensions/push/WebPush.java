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
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * RFC 8030 §5: sends messages to browsers through their push services. Blocks. Never reads the body of a response.
 */
@Singleton
final class WebPush implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

    /** The result of sending a message. */
    sealed interface Result {
        record Accepted() implements Result {}

        /** The subscription does not exist any more. */
        record Gone(int status) implements Result {}

        /** @param after the pause that the service asks for, if it does */
        record Later(Optional<Duration> after, String reason) implements Result {}

        record Unreachable(String reason) implements Result {}

        /** The service will never accept this message. */
        record Refused(String reason) implements Result {}
    }

    /**
     * The delivery options of a message.
     *
     * @param timeToLive how long the service keeps the message
     * @param urgent whether the service should wake the device even if its battery is low
     * @param topic at most 32 characters of Base64 for URLs; the message replaces an undelivered one with this topic
     */
    record DeliveryOptions(Duration timeToLive, boolean urgent, String topic) {}

    private final Supplier<PushSettings> settings;
    private final Vapid vapid;
    private final InstantSource clock;
    private final WebPushEncryption encryption = new WebPushEncryption();
    private final HttpClient http;

    @Inject WebPush(Supplier<PushSettings> settings, Vapid vapid, InstantSource clock) {
        this.settings = settings;
        this.vapid = vapid;
        this.clock = clock;
        var builder = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).connectTimeout(CONNECT_TIMEOUT)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        settings.get().ca().ifPresent(file -> builder.sslContext(TrustedAuthorities.trusting(file)));
        this.http = builder.build();
    }

    Result send(Device device, byte[] text, DeliveryOptions options) {
        try {
            var endpoint = WebPushEndpoint.parse(device.subscription().endpoint());
            if (!settings.get().privateAddresses()) endpoint.check();
            var response = http.send(request(endpoint, device, text, options), BodyHandlers.ofInputStream());
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

    private HttpRequest request(WebPushEndpoint endpoint, Device device, byte[] text, DeliveryOptions options)
            throws GeneralSecurityException {
        var body = encryption.encrypt(text, P256.decode(bytes(device.subscription().key())),
                bytes(device.subscription().auth()));
        var contact =
                settings.get().contact().isEmpty() ? "https://" + device.gateway().domain() : settings.get().contact();
        return HttpRequest.newBuilder(endpoint.uri()).timeout(REQUEST_TIMEOUT).POST(BodyPublishers.ofByteArray(body))
                .header("Content-Type", "application/octet-stream").header("Content-Encoding", "aes128gcm")
                .header("TTL", String.valueOf(options.timeToLive.toSeconds()))
                .header("Urgency", options.urgent ? "high" : "normal").header("Topic", options.topic)
                .header("Authorization", vapid.authorization(endpoint.uri(), contact, clock.instant())).build();
    }

    private Result result(HttpResponse<?> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) return new Result.Accepted();
        if (status == 404 || status == 410) return new Result.Gone(status); // RFC 8030 §7.3
        if (status == 429 || status >= 500)
            return new Result.Later(response.headers().firstValue("Retry-After").flatMap(this::pause),
                    "HTTP status " + status);
        return new Result.Refused("HTTP status " + status);
    }

    /** Reads the header Retry-After: seconds, or a date (RFC 9110 §10.2.3). */
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

    /**
     * Checks the subscription of a client's browser.
     *
     * @throws IllegalArgumentException if it is not valid; the message says why
     */
    static Subscription subscription(String endpoint, String key, String auth) {
        try {
            P256.decode(bytes(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (bytes(auth).length != WebPushEncryption.AUTH)
            throw new IllegalArgumentException("'auth' must have " + WebPushEncryption.AUTH + " bytes");
        return new Subscription(WebPushEndpoint.parse(endpoint).uri().toString(), key, auth);
    }

    @Override public void close() { http.shutdownNow(); }
}
