package im.martlet.auth;

import im.martlet.metrics.Tally;
import im.martlet.storage.Accounts;
import im.martlet.storage.StorageException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What can be authenticated with, on which channel. Any thread. */
public final class Authenticator {
    private static final List<Hash> BEST_FIRST = List.of(Hash.SHA_512, Hash.SHA_256, Hash.SHA_1);

    private final Accounts accounts;
    private final Throttling throttling;
    private final Tally logins = new Tally();
    private final UnknownUsers unknown;
    private final Tokens tokens;
    private final Supplier<String> nonces;

    public Authenticator(Accounts accounts, Throttling throttling, UnknownUsers unknown, Tokens tokens) {
        this(accounts, throttling, unknown, tokens, new Nonces());
    }

    /** @param nonces to be known beforehand only in tests */
    Authenticator(Accounts accounts, Throttling throttling, UnknownUsers unknown, Tokens tokens, Supplier<String> nonces) {
        this.accounts = accounts;
        this.throttling = throttling;
        this.unknown = unknown;
        this.tokens = tokens;
        this.nonces = nonces;
    }

    /** 144 random bits. */
    private static final class Nonces implements Supplier<String> {
        private final SecureRandom random = new SecureRandom();

        @Override public String get() {
            var bytes = new byte[18];
            random.nextBytes(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }
    }

    /** Mechanisms to offer, best first: none without TLS, -PLUS only where a channel can be bound to. */
    public List<String> mechanisms(Channel channel) {
        if (!channel.secure()) return List.of();
        var names = new ArrayList<String>();
        if (!channel.types().isEmpty()) for (Hash hash : BEST_FIRST) names.add(hash.mechanism() + "-PLUS");
        for (Hash hash : BEST_FIRST) names.add(hash.mechanism());
        names.add("PLAIN");
        return names;
    }

    /** Begins an exchange; empty when the mechanism is not on offer on this channel. */
    public Optional<Exchange> begin(String mechanism, String host, Channel channel) {
        var offered = mechanisms(channel);
        if (!offered.contains(mechanism)) return Optional.empty();
        var attempt = new Attempt(accounts, throttling, unknown, host, channel);
        if (mechanism.equals("PLAIN")) return Optional.of(counted(mechanism, guarded(new Plain(attempt))));
        boolean plus = mechanism.endsWith("-PLUS");
        var hash = BEST_FIRST.stream().filter(h -> mechanism.equals(h.mechanism() + (plus ? "-PLUS" : ""))).findFirst().orElseThrow();
        return Optional.of(counted(mechanism, guarded(new Scram(hash, plus, attempt, nonces.get(), Scram.advertised(offered, channel.types())))));
    }

    /**
     * Begins to log in with a token (XEP-0484 §3.4); empty when the mechanism is not on offer on this channel.
     *
     * @param client the id of the client that it was issued to
     * @param uses the client's own count of uses, positive, if it counts
     * @param last whether the token is not to be good for anything afterwards
     */
    public Optional<Exchange> begin(String mechanism, String host, Channel channel, String client, OptionalLong uses, boolean last) {
        if (!tokens.mechanisms(channel).contains(mechanism)) return Optional.empty();
        var attempt = new Attempt(accounts, throttling, unknown, host, channel);
        return Optional.of(counted(mechanism, guarded(new HashedToken(mechanism, attempt, tokens, new HashedToken.Presented(client, uses, last)))));
    }

    /** Tokens that clients may have. */
    public Tokens tokens() { return tokens; }

    /** A step of a mechanism, which may fail by exception. */
    interface Steps {
        Exchange.Outcome next(byte[] message) throws SaslException;
    }

    private static final int MOST_BYTES = 8192;

    /** Logins by mechanism, that succeeded and that failed. */
    public Tally logins() { return logins; }

    private Exchange counted(String mechanism, Exchange exchange) {
        return message -> {
            var outcome = exchange.next(message);
            switch (outcome) {
                case Exchange.Outcome.Challenge _ -> { }
                case Exchange.Outcome.Success _ -> logins.add(mechanism, "success");
                case Exchange.Outcome.Failure _ -> logins.add(mechanism, "failure");
            }
            return outcome;
        };
    }

    private static Exchange guarded(Steps steps) {
        return message -> {
            try {
                if (message.length > MOST_BYTES) throw new SaslException(SaslError.MALFORMED_REQUEST);
                return steps.next(message);
            } catch (SaslException e) {
                return new Exchange.Outcome.Failure(e.error());
            } catch (StorageException e) {
                return new Exchange.Outcome.Failure(SaslError.TEMPORARY_AUTH_FAILURE);
            }
        };
    }
}
