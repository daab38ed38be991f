package im.martlet.auth;

import static im.martlet.auth.SaslError.MALFORMED_REQUEST;

import im.martlet.net.Transport.ChannelBinding;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The mechanisms SCRAM-* (RFC 5802, RFC 7677), with and without channel binding. The server repeats the advertised
 * mechanisms to the client, so that the client notices a downgrade (XEP-0474).
 */
final class ScramMechanism implements Authenticator.Steps {
    private static final Pattern FIRST = Pattern.compile(
            "(([nyp])(?:=([A-Za-z0-9.-]+))?,(?:a=([^,]+))?,)(n=([^,]+),r=([!-+\\--~]+)(?:,.*)?)", Pattern.DOTALL);
    private static final Pattern LAST =
            Pattern.compile("(c=([A-Za-z0-9+/=]+),r=([!-+\\--~]+)(?:,.*)?),p=([A-Za-z0-9+/=]+)", Pattern.DOTALL);

    private final ScramHash hash;
    private final boolean plus;
    private final LoginAttempt attempt;
    private final String serverNonce;
    private final String advertised;

    /** The state after the client's first message. */
    private record Begun(LoginAttempt.Claim claim, String header, byte[] binding, String firstMessages, String nonce) {}

    private @Nullable Begun begun;
    private boolean challenged; // with an empty challenge

    /**
     * @param advertised the advertised mechanisms, see {@link #advertised}; empty to leave them out of the challenge
     */
    ScramMechanism(ScramHash hash, boolean plus, LoginAttempt attempt, String serverNonce, String advertised) {
        this.advertised = advertised;
        this.hash = hash;
        this.plus = plus;
        this.attempt = attempt;
        this.serverNonce = serverNonce;
    }

    /**
     * Returns the advertised names as one text (XEP-0474 §6.1, up to step 4). With it the client notices if an attacker
     * on the connection has removed a name.
     */
    static String advertised(List<String> mechanisms, List<ChannelBinding> bindings) {
        var names = mechanisms.stream().sorted().collect(Collectors.joining("\u001e"));
        if (bindings.isEmpty()) return names;
        return names + "\u001f"
                + bindings.stream().map(ChannelBinding::registeredName).sorted().collect(Collectors.joining("\u001e"));
    }

    @Override public SaslExchange.Outcome next(byte[] message) throws SaslException {
        if (message.length == 0 && begun == null && !challenged) {
            challenged = true; // RFC 4422 §4: an empty challenge asks for the client's first message
            return new SaslExchange.Outcome.Challenge(message);
        }
        return begun == null ? first(PlainMechanism.utf8(message)) : last(begun, PlainMechanism.utf8(message));
    }

    private SaslExchange.Outcome first(String message) throws SaslException {
        var m = match(FIRST, message);
        byte[] binding = binding(m.group(2), Optional.ofNullable(m.group(3)));
        var authzid = m.group(4) == null ? "" : unescape(m.group(4));
        var claim = attempt.claim(unescape(m.group(6)), authzid, hash);
        var nonce = m.group(7) + serverNonce;
        var challenge = "r=" + nonce + ",s=" + base64(claim.verifier().salt()) + ",i=" + claim.verifier().iterations();
        if (!advertised.isEmpty()) challenge += ",h=" + base64(hash.digest(bytes(advertised)));
        begun = new Begun(claim, m.group(1), binding, m.group(5) + "," + challenge, nonce);
        return new SaslExchange.Outcome.Challenge(challenge.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the data of the channel that the client binds to, if any (RFC 5802 §6). */
    private byte[] binding(String flag, Optional<String> type) throws SaslException {
        if (flag.equals("p") != type.isPresent() || flag.equals("p") != plus)
            throw new SaslException(MALFORMED_REQUEST);
        if (flag.equals("y") && !attempt.channel().types().isEmpty())
            throw new SaslException(SaslError.NOT_AUTHORIZED); // -PLUS was offered: an attacker has removed it
        if (type.isEmpty()) return new byte[0];
        return Arrays.stream(ChannelBinding.values()).filter(t -> t.registeredName().equals(type.get())).findFirst()
                .flatMap(t -> attempt.channel().binding(t)).orElseThrow(() -> new SaslException(MALFORMED_REQUEST));
    }

    private SaslExchange.Outcome last(Begun before, String message) throws SaslException {
        var m = match(LAST, message);
        if (!MessageDigest.isEqual(bytes(m.group(3)), bytes(before.nonce())))
            throw new SaslException(MALFORMED_REQUEST);
        boolean bound = MessageDigest.isEqual(decode(m.group(2)), join(bytes(before.header()), before.binding()));
        var verifier = before.claim().verifier();
        byte[] all = bytes(before.firstMessages() + "," + m.group(1));
        byte[] proof = decode(m.group(4));
        byte[] clientKey = hash.hmac(verifier.storedKey(), all);
        if (proof.length != clientKey.length) throw new SaslException(MALFORMED_REQUEST);
        for (int i = 0; i < proof.length; i++) clientKey[i] ^= proof[i];
        boolean proven = MessageDigest.isEqual(hash.digest(clientKey), verifier.storedKey()) & bound;
        var user = attempt.conclude(before.claim(), proven, hash.mechanism() + (plus ? "-PLUS" : ""));
        var success = "v=" + base64(hash.hmac(verifier.serverKey(), all));
        return new SaslExchange.Outcome.Success(bytes(success), user);
    }

    private static Matcher match(Pattern pattern, String message) throws SaslException {
        var m = pattern.matcher(message);
        if (!m.matches()) throw new SaslException(MALFORMED_REQUEST);
        return m;
    }

    /** Decodes a name: "=2C" stands for a comma and "=3D" for an equals sign (§5.1). */
    private static String unescape(String name) throws SaslException {
        if (name.replace("=2C", "").replace("=3D", "").contains("=")) throw new SaslException(MALFORMED_REQUEST);
        return name.replace("=2C", ",").replace("=3D", "=");
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static byte[] decode(String text) throws SaslException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new SaslException(MALFORMED_REQUEST);
        }
    }

    private static byte[] bytes(String text) { return text.getBytes(StandardCharsets.UTF_8); }

    private static String base64(byte[] data) { return Base64.getEncoder().encodeToString(data); }
}
