package im.martlet.auth;

import im.martlet.meter.LabelledCounter;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.db.StorageException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Offers SASL mechanisms and begins their exchanges. Any thread. */
public final class Authenticator {
    private static final List<ScramHash> BEST_FIRST = List.of(ScramHash.SHA_512, ScramHash.SHA_256, ScramHash.SHA_1);

    private final Accounts accounts;
    private final LoginThrottle throttle;
    private final LabelledCounter logins = new LabelledCounter();
    private final UnknownUsers unknown;
    private final FastTokens tokens;
    private final Supplier<String> nonces;

    public Authenticator(Accounts accounts, LoginThrottle throttle, UnknownUsers unknown, FastTokens tokens) {
        this(accounts, throttle, unknown, tokens, new Nonces());
    }

    /** @param nonces the source of the server's nonces; tests give fixed ones */
    Authenticator(Accounts accounts, LoginThrottle throttle, UnknownUsers unknown, FastTokens tokens,
            Supplier<String> nonces) {
        this.accounts = accounts;
        this.throttle = throttle;
        this.unknown = unknown;
        this.tokens = tokens;
        this.nonces = nonces;
    }

    /** Returns nonces of 144 random bits. */
    private static final class Nonces implements Supplier<String> {
        private final SecureRandom random = new SecureRandom();

        @Override public String get() {
            var bytes = new byte[18];
            random.nextBytes(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }
    }

    /** Returns the mechanisms to offer, best first: none without TLS, -PLUS only if the channel has a binding. */
    public List<String> mechanisms(SaslChannel channel) {
        if (!channel.secure()) return List.of();
        var names = new ArrayList<String>();
        if (!channel.types().isEmpty()) for (ScramHash hash : BEST_FIRST) names.add(hash.mechanism() + "-PLUS");
        for (ScramHash hash : BEST_FIRST) names.add(hash.mechanism());
        names.add("PLAIN");
        return names;
    }

    /** Begins an exchange; empty if this channel does not offer the mechanism. */
    public Optional<SaslExchange> begin(String mechanism, String host, SaslChannel channel) {
        var offered = mechanisms(channel);
        if (!offered.contains(mechanism)) return Optional.empty();
        var attempt = new LoginAttempt(accounts, throttle, unknown, host, channel);
        if (mechanism.equals("PLAIN")) return Optional.of(counted(mechanism, guarded(new PlainMechanism(attempt))));
        boolean plus = mechanism.endsWith("-PLUS");
        var hash = BEST_FIRST.stream().filter(h -> mechanism.equals(h.mechanism() + (plus ? "-PLUS" : ""))).findFirst()
                .orElseThrow();
        return Optional.of(counted(mechanism, guarded(new ScramMechanism(hash, plus, attempt, nonces.get(),
                ScramMechanism.advertised(offered, channel.types())))));
    }

    /**
     * Begins a login with a token (XEP-0484 §3.4); empty if this channel does not offer the mechanism.
     *
     * @param client the id of the client that got the token
     * @param uses the client's own count of the token's uses, a positive number, if the client counts
     * @param last whether the token becomes invalid after this login
     */
    public Optional<SaslExchange> begin(String mechanism, String host, SaslChannel channel, String client,
            OptionalLong uses, boolean last) {
        if (!tokens.mechanisms(channel).contains(mechanism)) return Optional.empty();
        var attempt = new LoginAttempt(accounts, throttle, unknown, host, channel);
        return Optional.of(counted(mechanism, guarded(new HashedTokenMechanism(mechanism, attempt, tokens,
                new HashedTokenMechanism.Presented(client, uses, last)))));
    }

    /** Returns the tokens that clients may log in with. */
    public FastTokens tokens() { return tokens; }

    /** The steps of a mechanism, which may fail by exception. */
    interface Steps {
        SaslExchange.Outcome next(byte[] message) throws SaslException;
    }

    private static final int MAX_BYTES = 8192; // of a message

    /** Returns the number of logins by mechanism, successful and failed. */
    public LabelledCounter logins() {
        return logins;
    }

    private SaslExchange counted(String mechanism, SaslExchange exchange) {
        return message -> {
            var outcome = exchange.next(message);
            switch (outcome) {
                case SaslExchange.Outcome.Challenge _ -> {}
                case SaslExchange.Outcome.Success _ -> logins.add(mechanism, "success");
                case SaslExchange.Outcome.Failure _ -> logins.add(mechanism, "failure");
            }
            return outcome;
        };
    }

    private static SaslExchange guarded(Steps steps) {
        return message -> {
            try {
                if (message.length > MAX_BYTES) throw new SaslException(SaslError.MALFORMED_REQUEST);
                return steps.next(message);
            } catch (SaslException e) {
                return new SaslExchange.Outcome.Failure(e.error());
            } catch (StorageException e) {
                return new SaslExchange.Outcome.Failure(SaslError.TEMPORARY_AUTH_FAILURE);
            }
        };
    }
}
