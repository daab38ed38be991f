package im.martlet.extensions.upload.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.martlet.digest.Sha;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to S3 with headers (AWS Signature Version 4). Their URLs have no query, and their paths need no
 * encoding.
 *
 * @param settings the region and the keys
 */
record AwsSignature(S3Settings settings) {
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";

    /** The SHA-256 of an empty body. */
    static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /**
     * Returns the headers of a signed request, without {@code Host}.
     *
     * @param content the SHA-256 of the body, in hexadecimal
     */
    Map<String, String> headers(String method, URI url, String content, Instant now) {
        var second = SECOND.format(now);
        var day = second.substring(0, 8);
        var request = String.join("\n", method, url.getRawPath(), "", "host:" + url.getRawAuthority(),
                "x-amz-content-sha256:" + content, "x-amz-date:" + second, "", SIGNED, content);
        var scope = day + "/" + settings.region() + "/s3/aws4_request";
        var text = String.join("\n", ALGORITHM, second, scope, Sha.SHA_256.hex(request));
        var key = hmac(hmac(
                hmac(hmac(("AWS4" + settings.secretKey().value().strip()).getBytes(UTF_8), day), settings.region()),
                "s3"), "aws4_request");
        var headers = new LinkedHashMap<String, String>();
        headers.put("x-amz-content-sha256", content);
        headers.put("x-amz-date", second);
        headers.put("Authorization", ALGORITHM + " Credential=" + settings.accessKey().value().strip() + "/" + scope
                + ",SignedHeaders=" + SIGNED + ",Signature=" + hex(hmac(key, text)));
        return headers;
    }

    static String hex(byte[] bytes) { return HexFormat.of().formatHex(bytes); }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
