package im.martlet.extensions.web;

import im.martlet.digest.Sha;
import im.martlet.http.Content;
import im.martlet.http.Request;
import im.martlet.http.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * A file for browsers, plain and compressed with GZIP (RFC 9110 §8.4.1.3) if that makes it smaller.
 *
 * @param bytes the plain content
 * @param type the media type
 * @param tag the entity tag of the content
 * @param modified the latest time at which the file may have changed
 * @param zipped the compressed content; empty if it is not smaller
 */
record WebAsset(byte[] bytes, String type, String tag, Instant modified, Optional<byte[]> zipped) {
    private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"), Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("json", "application/json"), Map.entry("wasm", "application/wasm"), Map.entry("png", "image/png"),
            Map.entry("svg", "image/svg+xml"), Map.entry("ico", "image/x-icon"),
            Map.entry("ogg", "audio/ogg"), Map.entry("mp3", "audio/mpeg"), Map.entry("ttf", "font/ttf"));

    static WebAsset of(String name, byte[] bytes, Instant modified) {
        var type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain; charset=utf-8");
        return new WebAsset(bytes, type, tag(bytes), modified, type.startsWith("image/png") || type.startsWith("audio/")
                ? Optional.empty() : Optional.of(zip(bytes)).filter(z -> z.length < bytes.length));
    }

    private static String tag(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(Sha.SHA_256.digest(bytes), 15));
    }

    private static byte[] zip(byte[] bytes) {
        var out = new ByteArrayOutputStream(bytes.length / 3 + 64);
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Answers a request for the file.
     *
     * @param caching the value of {@code Cache-Control}
     */
    Response answer(Request request, String caching) {
        var chosen = zipped.filter(_ -> acceptsGzip(request.header("Accept-Encoding").orElse("")));
        var sent = chosen.orElse(bytes);
        var response = new Content(sent.length, type, chosen.isPresent() ? tag + "-gz" : tag, modified,
                from -> new ByteArrayInputStream(sent, (int) from, sent.length - (int) from)).answer(request)
                .with("Cache-Control", caching).with("Vary", "Accept-Encoding");
        return chosen.isPresent() && response.status() < 300 ? response.with("Content-Encoding", "gzip") : response;
    }

    /** Returns whether the header names gzip with a weight above zero (RFC 9110 §12.5.3). */
    private static boolean acceptsGzip(String accepted) {
        for (String coding : accepted.toLowerCase(Locale.ROOT).split(","))
            if (coding.strip().matches("(gzip|x-gzip)(\\s*;\\s*q=(1(\\.0*)?|0\\.\\d*[1-9]\\d*))?")) return true;
        return false;
    }
}
