package im.martlet.auth;

import im.martlet.address.Jid;
import im.martlet.net.Transport.ChannelBinding;
import im.martlet.storage.account.LoginTokens;
import im.martlet.storage.account.LoginTokens.Made;
import im.martlet.storage.account.LoginTokens.Token;
import im.martlet.storage.key.AccountKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The mechanisms HT-SHA-256-* (draft-schmaus-kitten-sasl-ht-09). Each side sends one message and proves with it that it
 * knows the token. There is no HT-SHA-256-UNIQ: the JDK does not reveal tls-unique, and TLS 1.3 has none.
 */
final class HashedTokenMechanism implements Authenticator.Steps {
    /** The mechanisms, best first, each with its channel binding (§2). */
    static final Map<String, Optional<ChannelBinding>> BINDINGS = bindings();

    private static final int PROOF_BYTES = 32;
    private static final int SLOTS = 2; // tokens of one client
    private static final Duration NOTE_EVERY = Duration.ofDays(1); // for the stored time of a token's last use
    private static final Made FAKE = new Made("", new byte[18], 0, Instant.EPOCH, Instant.EPOCH);

    /**
     * The data that a client sends with its token (XEP-0484 §3.4).
     *
     * @param client the client's id
     * @param uses the client's own count of the token's uses, a positive number, if the client counts
     * @param last whether the token becomes invalid after this login (§3.6)
     */
    record Presented(String client, OptionalLong uses, boolean last) {}

    private record Proven(Token token, String text) {}

    private final String mechanism;
    private final LoginAttempt attempt;
    private final FastTokens tokens;
    private final Presented presented;
    private boolean challenged; // with an empty challenge

    HashedTokenMechanism(String mechanism, LoginAttempt attempt, FastTokens tokens, Presented presented) {
        this.mechanism = mechanism;
        this.attempt = attempt;
        this.tokens = tokens;
        this.presented = presented;
    }

    private static Map<String, Optional<ChannelBinding>> bindings() {
        var all = new LinkedHashMap<String, Optional<ChannelBinding>>();
        all.put("HT-SHA-256-EXPR", Optional.of(ChannelBinding.TLS_EXPORTER));
        all.put("HT-SHA-256-ENDP", Optional.of(ChannelBinding.TLS_SERVER_END_POINT));
        all.put("HT-SHA-256-NONE", Optional.empty());
        return Collections.unmodifiableMap(all);
    }

    @Override public SaslExchange.Outcome next(byte[] message) throws SaslException {
        if (message.length == 0 && !challenged) { // RFC 4422 §4: an empty challenge asks for the client's first message
            challenged = true;
            return new SaslExchange.Outcome.Challenge(message);
        }
        int end = message.length - PROOF_BYTES - 1; // the proof may contain a NUL itself
        if (end < 1 || message[end] != 0) throw new SaslException(SaslError.MALFORMED_REQUEST);
        var user = attempt.user(PlainMechanism.utf8(Arrays.copyOf(message, end)), "");
        byte[] channel = BINDINGS.getOrDefault(mechanism, Optional.empty()).flatMap(attempt.channel()::binding)
                .orElse(new byte[0]);
        var login = tokens.store().login(user, presented.client());
        var found = find(login, Arrays.copyOfRange(message, end + 1, message.length), channel);
        if (login.isEmpty() || found.isEmpty()) throw attempt.failed(user);
        return new SaslExchange.Outcome.Success(hmac(found.get().text(), "Responder", channel),
                accepted(user, login.get(), found.get().token()));
    }

    /**
     * Finds the proven token. The cost is always that of two tokens, so that timing reveals neither tokens nor
     * accounts.
     */
    private Optional<Proven> find(Optional<LoginTokens.Login> login, byte[] proof, byte[] channel) {
        var account = login.map(l -> l.account().key()).orElse(new AccountKey(0));
        List<Token> all = login.map(LoginTokens.Login::tokens).orElse(List.of());
        Optional<Proven> found = Optional.empty();
        for (int i = 0; i < SLOTS; i++) {
            var token = i < all.size() ? Optional.of(all.get(i)) : Optional.<Token>empty();
            var text = tokens.text(account, presented.client(), token.map(Token::made).orElse(FAKE));
            boolean same = MessageDigest.isEqual(hmac(text, "Initiator", channel), proof);
            if (same && token.filter(t -> t.made().mechanism().equals(mechanism)).isPresent())
                found = Optional.of(new Proven(token.get(), text));
        }
        return found;
    }

    /** Accepts a proven token, or refuses it with the reason. Only a client that has the token learns the reason. */
    private AuthenticatedUser accepted(Jid user, LoginTokens.Login login, Token token) throws SaslException {
        var account = login.account();
        if (!account.enabled()) throw new SaslException(SaslError.ACCOUNT_DISABLED);
        if (token.made().epoch() != login.epoch() || !tokens.now().isBefore(token.made().expires()))
            throw new SaslException(SaslError.CREDENTIALS_EXPIRED); // XEP-0484 §4.2
        if (presented.uses().isPresent() && presented.uses().getAsLong() <= token.uses()
                || !noteUse(account.key(), token))
            throw attempt.failed(user); // a replayed login
        if (presented.last()) tokens.store().revoke(account.key(), presented.client());
        attempt.succeeded(user);
        return new AuthenticatedUser(user, account.key(), login.epoch(), mechanism,
                presented.last() ? Optional.empty() : Optional.of(token),
                () -> login.current().getAsBoolean() || presented.last() ? Optional.empty()
                        : attempt.objection(() -> isValid(user, token)));
    }

    /** Stores that the token was used, if necessary; most logins write nothing. Returns false if it was used before. */
    private boolean noteUse(AccountKey account, Token token) {
        boolean due = token.used().filter(used -> used.plus(NOTE_EVERY).isAfter(tokens.now())).isEmpty();
        if (!token.fresh() && !due && presented.uses().isEmpty()) return true;
        return tokens.store().use(account, presented.client(), token.made().nonce(), presented.uses().orElse(0),
                tokens.now());
    }

    private boolean isValid(Jid user, Token token) {
        return tokens.store().login(user, presented.client())
                .filter(now -> now.account().enabled() && now.epoch() == token.made().epoch()
                        && now.tokens().stream().anyMatch(t -> Arrays.equals(t.made().nonce(), token.made().nonce())))
                .isPresent();
    }

    private static byte[] hmac(String token, String role, byte[] channel) {
        var message = new ByteArrayOutputStream(role.length() + channel.length);
        message.writeBytes(role.getBytes(StandardCharsets.US_ASCII));
        message.writeBytes(channel);
        return ScramHash.SHA_256.hmac(token.getBytes(StandardCharsets.UTF_8), message.toByteArray());
    }
}
