package im.martlet.extensions.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.martlet.auth.InstallationKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * RFC 8292: identifies this server to push services with a key that browsers know. The key is derived from the
 * installation's secret. So it stays the same after a restart, and is not in the database. Any thread.
 */
@Singleton
final class Vapid {
    private static final Duration LIFETIME = Duration.ofHours(12); // §2: at most a day
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final ECPrivateKey key;
    private final String publicKey;

    @Inject Vapid(InstallationKey installation) {
        try {
            key = P256.secret(installation.derive("web push"));
            publicKey = BASE64.encodeToString(P256.publicOf(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the key for browsers, which they call {@code applicationServerKey}. */
    String publicKey() {
        return publicKey;
    }

    /**
     * Returns the header "Authorization" of a request.
     *
     * @param contact a URI at which the operator of the push service can reach the admin
     */
    String authorization(URI endpoint, String contact, Instant now) throws GeneralSecurityException {
        var origin = endpoint.getScheme() + "://" + endpoint.getRawAuthority();
        var claims = "{\"aud\":\"" + origin + "\",\"exp\":" + now.plus(LIFETIME).getEpochSecond() + ",\"sub\":\""
                + contact + "\"}"; // these values need no escapes
        var text = BASE64.encodeToString("{\"typ\":\"JWT\",\"alg\":\"ES256\"}".getBytes(UTF_8)) + "."
                + BASE64.encodeToString(claims.getBytes(UTF_8));
        var signature = Signature.getInstance("SHA256withECDSAinP1363Format", P256.PROVIDER);
        signature.initSign(key);
        signature.update(text.getBytes(UTF_8));
        return "vapid t=" + text + "." + BASE64.encodeToString(signature.sign()) + ", k=" + publicKey;
    }
}
