package im.martlet.extensions.external;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.martlet.address.Jid;
import im.martlet.auth.InstallationKey;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes the credentials of accounts for services. Any thread. */
final class TurnCredentials {
    private static final int ALIAS = 10; // bytes
    private static final String HMAC = "HmacSHA1"; // required by the draft and its implementations

    private final InstallationKey key;
    private final InstantSource clock;

    @Inject TurnCredentials(InstallationKey key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /**
     * A username and its password.
     *
     * @param expires the time when they expire; empty if they never do
     */
    record Pair(String username, String password, Optional<Instant> expires) {}

    /** Returns the credentials of an account for a service; empty if the service needs none. */
    Optional<Pair> of(Jid account, ExternalServiceSettings service) {
        if (service.hasSecret()) return Optional.of(timed(service.secret().value(), alias(account),
                clock.instant().plus(service.lifetime()).truncatedTo(ChronoUnit.SECONDS)));
        return service.isRestricted()
                ? Optional.of(new Pair(service.username(), service.password().value(), Optional.empty()))
                : Optional.empty();
    }

    /**
     * Returns the name that stands for an account at services. It never changes, so a service can count by it, but its
     * logs do not show the account.
     *
     * @param account the bare JID of the account
     */
    String alias(Jid account) {
        return HexFormat.of().formatHex(Arrays.copyOf(key.derive("external-services", account), ALIAS));
    }

    /** Makes credentials by draft-uberti-behave-turn-rest-00 §2.2, as coturn's {@code use-auth-secret} expects them. */
    static Pair timed(String secret, String user, Instant expires) {
        var username = expires.getEpochSecond() + ":" + user;
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), HMAC));
            return new Pair(username, Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(UTF_8))),
                    Optional.of(expires));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
