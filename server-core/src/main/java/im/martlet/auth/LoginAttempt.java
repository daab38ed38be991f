package im.martlet.auth;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.Accounts.Verifier;
import im.martlet.storage.db.StorageException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One attempt to log in to one host: finds the account and its password verifier, and notes the result. */
final class LoginAttempt {
    private final Accounts accounts;
    private final LoginThrottle throttle;
    private final UnknownUsers unknown;
    private final String host;
    private final SaslChannel channel;

    LoginAttempt(Accounts accounts, LoginThrottle throttle, UnknownUsers unknown, String host, SaslChannel channel) {
        this.accounts = accounts;
        this.throttle = throttle;
        this.unknown = unknown;
        this.host = host;
        this.channel = channel;
    }

    /**
     * A claim to be a user.
     *
     * @param login the account's login data; empty if there is no such account, which the client must not notice
     */
    record Claim(Jid user, Optional<Accounts.Login> login, Verifier verifier) {}

    SaslChannel channel() { return channel; }

    Claim claim(String username, String authzid, ScramHash hash) throws SaslException {
        var user = user(username, authzid);
        var fake = unknown.verifier(hash, user); // computed for existing users too, so that timing reveals nothing
        var login = accounts.login(user, hash.mechanism());
        return new Claim(user, login, login.map(Accounts.Login::verifier).orElse(fake));
    }

    /** Returns the bare JID, which need not exist, if a login for it may be tried now. */
    Jid user(String username, String authzid) throws SaslException {
        Jid user;
        try {
            user = Jid.of(username, host, "");
        } catch (JidException e) {
            throw new SaslException(SaslError.NOT_AUTHORIZED); // no such user can exist
        }
        if (!user.hasLocal()) throw new SaslException(SaslError.NOT_AUTHORIZED);
        if (!authzid.isEmpty() && !isUser(authzid, user)) // no user may act for another
            throw new SaslException(SaslError.INVALID_AUTHZID);
        if (!throttle.isAllowed(user, channel.remote())) throw new SaslException(SaslError.TEMPORARY_AUTH_FAILURE);
        return user;
    }

    private static boolean isUser(String authzid, Jid user) {
        try {
            return Jid.parse(authzid).equals(user);
        } catch (JidException e) {
            return false;
        }
    }

    /** Ends the attempt. Only a client that has proven to know the password learns that the account is disabled. */
    AuthenticatedUser conclude(Claim claim, boolean proven, String mechanism) throws SaslException {
        if (!proven || claim.login().isEmpty()) throw failed(claim.user());
        succeeded(claim.user());
        var login = claim.login().get();
        if (!login.account().enabled()) throw new SaslException(SaslError.ACCOUNT_DISABLED);
        return new AuthenticatedUser(claim.user(), login.account().key(), login.epoch(), mechanism, Optional.empty(),
                () -> login.current().getAsBoolean() ? Optional.empty() : objection(() -> isSame(claim)));
    }

    SaslException failed(Jid user) {
        throttle.failed(user, channel.remote());
        return new SaslException(SaslError.NOT_AUTHORIZED);
    }

    void succeeded(Jid user) { throttle.succeeded(user, channel.remote()); }

    private boolean isSame(Claim claim) {
        var now = accounts.login(claim.user(), claim.verifier().mechanism()).map(Accounts.Login::verifier);
        return now.filter(v -> MessageDigest.isEqual(v.storedKey(), claim.verifier().storedKey())).isPresent();
    }

    /**
     * Returns the reason to refuse the login after all, if there is one.
     *
     * @param isValid reads from the database whether the login is still valid
     */
    Optional<SaslError> objection(BooleanSupplier isValid) {
        try {
            return isValid.getAsBoolean() ? Optional.empty() : Optional.of(SaslError.NOT_AUTHORIZED);
        } catch (StorageException e) {
            return Optional.of(SaslError.TEMPORARY_AUTH_FAILURE);
        }
    }
}
