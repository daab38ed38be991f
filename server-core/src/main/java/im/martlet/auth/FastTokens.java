package im.martlet.auth;

import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import im.martlet.storage.account.LoginTokens;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.storage.account.LoginTokens.Made;
import im.martlet.storage.key.AccountKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Issues tokens that clients log in with instead of a password (XEP-0484). The hashed-token mechanisms need the token
 * itself on both sides, so the server cannot store a hash of it. It stores no token either: it derives the token each
 * time from a database row and from the installation's secret, which is not in the database. A stolen database
 * therefore allows no login, and a changed row does not extend the life of a token. Any thread; may read the database.
 */
@Singleton
public final class FastTokens {
    private static final int NONCE_BYTES = 18;

    /**
     * The section {@code [tokens]}.
     *
     * @param enabled whether clients may have tokens
     * @param lifetime the time after which an unused token expires
     * @param rotation the age at which a used token is replaced
     * @param perAccount the largest number of clients of one account that have tokens
     */
    public record Settings(@Reloadable @Default("true") boolean enabled,
            @Reloadable @Default("\"21d\"") @Range(min = 60, max = 31_536_000) Duration lifetime,
            @Reloadable @Default("\"1d\"") @Range(min = 1) Duration rotation,
            @Reloadable @Default("20") @Range(min = 1, max = 1000) int perAccount) {}

    /**
     * A token for a client.
     *
     * @param token the text of the token
     * @param expires the end of its validity
     */
    public record Issued(String token, Instant expires) {}

    private final LoginTokens store;
    private final InstallationKey key;
    private final Supplier<Settings> settings;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    @Inject public FastTokens(LoginTokens store, InstallationKey key, Supplier<Settings> settings,
            InstantSource clock) {
        this.store = store;
        this.key = key;
        this.settings = settings;
        this.clock = clock;
    }

    /** Returns the mechanisms that accept a token on a channel, best first. */
    public List<String> mechanisms(SaslChannel channel) {
        if (!settings.get().enabled() || !channel.secure()) return List.of();
        return HashedTokenMechanism.BINDINGS.entrySet().stream()
                .filter(e -> e.getValue().map(channel.types()::contains).orElse(true)).map(e -> e.getKey()).toList();
    }

    /**
     * Issues a token to a client that has logged in. If the client has just lost the right to log in, the token is
     * worthless.
     *
     * @param mechanism the only mechanism that accepts the token
     * @return empty if the token that the client logged in with is gone, or if the client asks twice at the same moment
     */
    public Optional<Issued> issue(AuthenticatedUser user, Client client, String mechanism) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        var made = new Made(mechanism, nonce, user.epoch(), now, now.plus(settings.get().lifetime()));
        var usedNonce = user.token().map(token -> token.made().nonce()).orElse(new byte[0]);
        return store.issue(user.account(), client, made, usedNonce, settings.get().perAccount())
                ? Optional.of(new Issued(text(user.account(), client.id(), made), made.expires())) : Optional.empty();
    }

    /** Returns whether a used token is old enough to be replaced. */
    public boolean isDue(LoginTokens.Token used) {
        return !clock.instant().isBefore(used.made().issued().plus(settings.get().rotation()));
    }

    LoginTokens store() { return store; }

    Instant now() { return clock.instant(); }

    /** Derives the text of a token: 43 letters, digits, "-" and "_". */
    String text(AccountKey account, String client, Made made) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(key.derive("token", account.value(), client, made.mechanism(),
                        HexFormat.of().formatHex(made.nonce()), made.epoch(), made.issued().getEpochSecond(),
                        made.expires().getEpochSecond()));
    }
}
