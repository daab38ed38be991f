package im.martlet.conformance.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.martlet.address.Jid;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * Makes the SASL messages of a client, in base64: PLAIN, SCRAM-SHA-256 and HT-SHA-256-*. It shares no code with the
 * server.
 */
public final class SaslMessages {
    private final Jid account;
    private final String password;

    public SaslMessages(Jid account, String password) {
        this.account = account;
        this.password = password;
    }

    public String plain(String authzid) {
        return base64((authzid + "\0" + account.local() + "\0" + password).getBytes(UTF_8));
    }

    // ---- tokens (draft-schmaus-kitten-sasl-ht-09 §3)

    /** Returns the client's proof of a token. @param binding the channel binding, empty for none */
    public String proof(String token, byte[] binding) throws GeneralSecurityException {
        var out = new ByteArrayOutputStream();
        out.writeBytes(account.local().getBytes(UTF_8));
        out.write(0);
        out.writeBytes(hmac(token.getBytes(UTF_8), "Initiator".getBytes(UTF_8), binding));
        return base64(out.toByteArray());
    }

    /** Returns the server's proof of a token. */
    public static String answer(String token, byte[] binding) throws GeneralSecurityException {
        return base64(hmac(token.getBytes(UTF_8), "Responder".getBytes(UTF_8), binding));
    }

    /** Returns the channel binding of a TLS connection (RFC 9266, RFC 5929), empty for an unknown type. */
    public static byte[] binding(Client client, String type) throws Exception {
        return binding(((SSLSocket) client.socket()).getSession(), type);
    }

    public static byte[] binding(SSLSession session, String type) throws Exception {
        return switch (type) {
            case "tls-exporter" -> ((ExtendedSSLSession) session).exportKeyingMaterialData("EXPORTER-Channel-Binding",
                    new byte[0], 32);
            case "tls-server-end-point" ->
                    MessageDigest.getInstance("SHA-256").digest(session.getPeerCertificates()[0].getEncoded());
            default -> new byte[0];
        };
    }

    // ---- SCRAM-SHA-256 (RFC 7677), with the nonce "abc"

    public String scram() { return scramWith("n,,"); }

    /** Returns the first message of SCRAM-SHA-256-PLUS. @param type the type of the channel binding */
    public String scramPlus(String type) {
        return scramWith("p=" + type + ",,");
    }

    private String scramWith(String header) { return base64((header + bare()).getBytes(UTF_8)); }

    private String bare() { return "n=" + account.local() + ",r=abc"; }

    /** Returns the reply to a challenge. @param seen the challenge that the client received */
    public String scram(String seen) throws GeneralSecurityException {
        return answer("n,,", new byte[0], seen);
    }

    /** Returns the reply to a challenge, with channel binding. */
    public String scramPlus(String type, byte[] binding, String seen) throws GeneralSecurityException {
        return answer("p=" + type + ",,", binding, seen);
    }

    private String answer(String header, byte[] binding, String seen) throws GeneralSecurityException {
        var first = new String(Base64.getDecoder().decode(seen), UTF_8);
        Map<String, String> fields = fields(first);
        var spec = new PBEKeySpec(password.toCharArray(), Base64.getDecoder().decode(fields.get("s")),
                Integer.parseInt(fields.get("i")), 256);
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        byte[] key = hmac(salted, "Client Key".getBytes(UTF_8));
        var bound = new ByteArrayOutputStream();
        bound.writeBytes(header.getBytes(UTF_8));
        bound.writeBytes(binding);
        var last = "c=" + base64(bound.toByteArray()) + ",r=" + fields.get("r");
        byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(key),
                (bare() + "," + first + "," + last).getBytes(UTF_8));
        for (int i = 0; i < key.length; i++) key[i] ^= signature[i];
        return base64((last + ",p=" + base64(key)).getBytes(UTF_8));
    }

    /** Returns the reply of a client that did not receive the hash, because an attacker has removed it. */
    public String scramWithoutHash(String challenge) throws GeneralSecurityException {
        var first = new String(Base64.getDecoder().decode(challenge), UTF_8);
        return scram(base64(first.replaceFirst(",h=[^,]*", "").getBytes(UTF_8)));
    }

    /** Returns the server's hash of the mechanisms that it advertised (XEP-0474 §6.2). */
    public static String hash(String challenge) {
        return fields(new String(Base64.getDecoder().decode(challenge), UTF_8)).getOrDefault("h", "");
    }

    /** Returns the client's hash of the mechanisms that it received (XEP-0474 §6.2). */
    public static String hash(List<String> mechanisms, List<String> bindings) throws GeneralSecurityException {
        var shown = mechanisms.stream().sorted().collect(Collectors.joining("\u001e"));
        if (!bindings.isEmpty()) shown += "\u001f" + bindings.stream().sorted().collect(Collectors.joining("\u001e"));
        return base64(MessageDigest.getInstance("SHA-256").digest(shown.getBytes(UTF_8)));
    }

    private static Map<String, String> fields(String message) {
        var fields = new HashMap<String, String>();
        Arrays.stream(message.split(",")).forEach(field -> fields.put(field.substring(0, 1), field.substring(2)));
        return fields;
    }

    private static byte[] hmac(byte[] key, byte[]... data) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        for (var part : data) mac.update(part);
        return mac.doFinal();
    }

    private static String base64(byte[] data) { return Base64.getEncoder().encodeToString(data); }
}
