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
 * Tokens in place of passwords. The hashed-token mechanisms need the token itself on both sides, so no hash of it would
 * do to keep; in place of that it is made anew each time, of what the database keeps and of the installation's secret,
 * which is not there: the database alone lets nobody log in, and who can write to it cannot make a token last longer.
 * Any thread; may ask the database.
 */
@Singleton
public final class FastTokens {
    private static final int NONCE_BYTES = 18;

    /**
     * @param enabled whether clients may have tokens at all
     * @param lifetime of a token that is not used any more
     * @param rotation a token of this age is replaced when it is used
     * @param perAccount clients of one account that may have tokens
     */
    public record Settings(@Reloadable @Default("true") boolean enabled,
            @Reloadable @Default("\"21d\"") @Range(min = 60, max = 31_536_000) Duration lifetime,
            @Reloadable @Default("\"1d\"") @Range(min = 1) Duration rotation,
            @Reloadable @Default("20") @Range(min = 1, max = 1000) int perAccount) {}

    /** A token for a client: its text, and until when it is good. */
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

    /** Mechanisms that take a token on a channel, the best first. */
    public List<String> mechanisms(SaslChannel channel) {
        if (!settings.get().enabled() || !channel.secure()) return List.of();
        return HashedTokenMechanism.BINDINGS.entrySet().stream()
                .filter(e -> e.getValue().map(channel.types()::contains).orElse(true)).map(e -> e.getKey()).toList();
    }

    /**
     * Issues a token to a client that has logged in, or has only just lost the right to: then what it gets is worth
     * nothing.
     *
     * @param mechanism for which alone it is good
     * @return empty when the token with which it logged in is gone, or it asks twice at the same moment
     */
    public Optional<Issued> issue(AuthenticatedUser who, Client client, String mechanism) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        var made = new Made(mechanism, nonce, who.epoch(), now, now.plus(settings.get().lifetime()));
        var after = who.token().map(token -> token.made().nonce()).orElse(new byte[0]);
        return store.issue(who.account(), client, made, after, settings.get().perAccount())
                ? Optional.of(new Issued(text(who.account(), client.id(), made), made.expires())) : Optional.empty();
    }

    /** Whether the token that somebody has used is to be replaced by another one. */
    public boolean isDue(LoginTokens.Token used) {
        return !clock.instant().isBefore(used.made().issued().plus(settings.get().rotation()));
    }

    LoginTokens store() { return store; }

    Instant now() { return clock.instant(); }

    /** The token itself: 43 letters, digits, "-" and "_". */
    String text(AccountKey account, String client, Made made) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(key.derive("token", account.value(), client, made.mechanism(),
                        HexFormat.of().formatHex(made.nonce()), made.epoch(), made.issued().getEpochSecond(),
                        made.expires().getEpochSecond()));
    }
}
