package im.martlet.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The mechanism PLAIN (RFC 4616), on TLS only. It compares the password with the verifier for SCRAM-SHA-256. */
final class PlainMechanism implements Authenticator.Steps {
    private final LoginAttempt attempt;
    private boolean challenged; // with an empty challenge

    PlainMechanism(LoginAttempt attempt) { this.attempt = attempt; }

    @Override public SaslExchange.Outcome next(byte[] message) throws SaslException {
        if (message.length == 0 && !challenged) { // RFC 4422 §4: an empty challenge asks for the client's first message
            challenged = true;
            return new SaslExchange.Outcome.Challenge(new byte[0]);
        }
        var parts = utf8(message).split("\0", -1);
        if (parts.length != 3 || parts[1].isEmpty() || parts[2].isEmpty())
            throw new SaslException(SaslError.MALFORMED_REQUEST);
        var claim = attempt.claim(parts[1], parts[0], ScramHash.SHA_256);
        var verifier = claim.verifier();
        byte[] salted = ScramHash.SHA_256.salted(password(parts[2]), verifier.salt(), verifier.iterations());
        boolean proven = MessageDigest.isEqual(ScramHash.SHA_256.storedKey(salted), verifier.storedKey());
        return new SaslExchange.Outcome.Success(new byte[0], attempt.conclude(claim, proven, "PLAIN"));
    }

    private static byte[] password(String text) throws SaslException {
        try {
            return ScramPasswordHasher.prepare(text);
        } catch (IllegalArgumentException e) {
            throw new SaslException(SaslError.NOT_AUTHORIZED); // no account can have this password
        }
    }

    static String utf8(byte[] bytes) throws SaslException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new SaslException(SaslError.MALFORMED_REQUEST);
        }
    }
}
