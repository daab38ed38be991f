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
 * RFC 8292: this server says to push services who it is, with a key that browsers know it by. The key is made of the
 * installation's secret, so that it is the same after a restart and nowhere in the database. Any thread.
 */
@Singleton
final class Vapid {
    private static final Duration GOOD_FOR = Duration.ofHours(12); // §2: at most a day
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

    /** What browsers are told: the {@code applicationServerKey}. */
    String publicKey() { return publicKey; }

    /**
     * The header "Authorization" of a request.
     *
     * @param contact whom the push service may write to: a URI
     */
    String authorization(URI endpoint, String contact, Instant now) throws GeneralSecurityException {
        var origin = endpoint.getScheme() + "://" + endpoint.getRawAuthority();
        var claims = "{\"aud\":\"" + origin + "\",\"exp\":" + now.plus(GOOD_FOR).getEpochSecond() + ",\"sub\":\""
                + contact + "\"}"; // none of them has anything to escape
        var text = BASE64.encodeToString("{\"typ\":\"JWT\",\"alg\":\"ES256\"}".getBytes(UTF_8)) + "."
                + BASE64.encodeToString(claims.getBytes(UTF_8));
        var signature = Signature.getInstance("SHA256withECDSAinP1363Format", P256.PROVIDER);
        signature.initSign(key);
        signature.update(text.getBytes(UTF_8));
        return "vapid t=" + text + "." + BASE64.encodeToString(signature.sign()) + ", k=" + publicKey;
    }
}
