package im.martlet.auth;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.storage.Accounts;
import im.martlet.storage.Accounts.Verifier;
import im.martlet.storage.StorageException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One attempt to log in to one host: who it is for, what is kept of the password, and how it ended. */
final class Attempt {
    private final Accounts accounts;
    private final Throttling throttling;
    private final UnknownUsers unknown;
    private final String host;
    private final Channel channel;

    Attempt(Accounts accounts, Throttling throttling, UnknownUsers unknown, String host, Channel channel) {
        this.accounts = accounts;
        this.throttling = throttling;
        this.unknown = unknown;
        this.host = host;
        this.channel = channel;
    }

    /** Somebody who claims to be a user; empty {@code account} when there is no such account, which must not show. */
    record Claim(Jid user, Optional<Accounts.Account> account, Verifier verifier, BooleanSupplier current) {}

    Channel channel() { return channel; }

    Claim claim(String username, String authzid, Hash hash) throws SaslException {
        Jid user;
        try {
            user = Jid.of(username, host, "");
        } catch (JidException e) {
            throw new SaslException(SaslError.NOT_AUTHORIZED); // no such user can exist
        }
        if (!user.hasLocal()) throw new SaslException(SaslError.NOT_AUTHORIZED);
        if (!authzid.isEmpty() && !isUser(authzid, user)) throw new SaslException(SaslError.INVALID_AUTHZID); // nobody acts for another
        if (!throttling.isAllowed(user, channel.remote())) throw new SaslException(SaslError.TEMPORARY_AUTH_FAILURE);
        var pretended = unknown.verifier(hash, user); // made for everybody, so that it takes nobody longer
        var login = accounts.login(user, hash.mechanism());
        return new Claim(user, login.map(Accounts.Login::account), login.map(Accounts.Login::verifier).orElse(pretended),
                login.map(Accounts.Login::current).orElse(() -> false));
    }

    private static boolean isUser(String authzid, Jid user) {
        try {
            return Jid.parse(authzid).equals(user);
        } catch (JidException e) {
            return false;
        }
    }

    /**
     * Ends the attempt; only who has proven to know the password learns that the account is disabled.
     *
     * @return whether that is still the password, or what went wrong
     */
    Supplier<Optional<SaslError>> conclude(Claim claim, boolean proven) throws SaslException {
        if (!proven || claim.account().isEmpty()) {
            throttling.failed(claim.user(), channel.remote());
            throw new SaslException(SaslError.NOT_AUTHORIZED);
        }
        throttling.succeeded(claim.user(), channel.remote());
        if (!claim.account().get().enabled()) throw new SaslException(SaslError.ACCOUNT_DISABLED);
        return () -> objection(claim);
    }

    private Optional<SaslError> objection(Claim claim) {
        if (claim.current().getAsBoolean()) return Optional.empty();
        try {
            var now = accounts.login(claim.user(), claim.verifier().mechanism()).map(Accounts.Login::verifier);
            boolean same = now.filter(v -> MessageDigest.isEqual(v.storedKey(), claim.verifier().storedKey())).isPresent();
            return same ? Optional.empty() : Optional.of(SaslError.NOT_AUTHORIZED);
        } catch (StorageException e) {
            return Optional.of(SaslError.TEMPORARY_AUTH_FAILURE);
        }
    }
}
