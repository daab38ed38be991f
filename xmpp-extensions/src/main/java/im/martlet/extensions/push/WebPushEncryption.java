package im.martlet.extensions.push;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * RFC 8291: encrypts a message so that only the browser can read it, not its push service. The message is one record of
 * the coding aes128gcm (RFC 8188). Any thread.
 */
final class WebPushEncryption {
    private static final int RECORD = 4096;
    private static final int SALT = 16;
    private static final int TAG = 16;
    private static final int HEADER = SALT + 4 + 1 + P256.LENGTH;
    /** The length in bytes of the longest text that every push service accepts (RFC 8291 §4). */
    static final int LONGEST = RECORD - HEADER - TAG - 1;
    /** The length in bytes of a browser's "auth" secret. */
    static final int AUTH = 16;
    private static final byte LAST_RECORD = 2;

    private final SecureRandom random = new SecureRandom();

    /** @param auth the secret that the browser created together with its key */
    byte[] encrypt(byte[] text, ECPublicKey browser, byte[] auth) throws GeneralSecurityException {
        var salt = new byte[SALT];
        random.nextBytes(salt);
        return encrypt(text, browser, auth, P256.generate(), salt);
    }

    /** Encrypts with a given ephemeral key and salt (§3.4). */
    static byte[] encrypt(byte[] text, ECPublicKey browser, byte[] auth, KeyPair own, byte[] salt)
            throws GeneralSecurityException {
        if (text.length > LONGEST) throw new IllegalArgumentException(
                "the text has " + text.length + " bytes; at most " + LONGEST + " are possible");
        var ownPublic = P256.encode((ECPublicKey) own.getPublic());
        var agreement = KeyAgreement.getInstance("ECDH", P256.PROVIDER);
        agreement.init(own.getPrivate());
        agreement.doPhase(browser, true);
        var keyInfo = joined("WebPush: info\0".getBytes(US_ASCII), P256.encode(browser), ownPublic);
        var keyMaterial = derive(agreement.generateSecret(), auth, keyInfo, 32);
        var key = derive(keyMaterial, salt, "Content-Encoding: aes128gcm\0".getBytes(US_ASCII), 16);
        var nonce = derive(keyMaterial, salt, "Content-Encoding: nonce\0".getBytes(US_ASCII), 12);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, nonce));
        var header =
                ByteBuffer.allocate(HEADER).put(salt).putInt(RECORD).put((byte) P256.LENGTH).put(ownPublic).array();
        return joined(header, cipher.doFinal(joined(text, new byte[]{ LAST_RECORD })));
    }

    private static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) throws GeneralSecurityException {
        return KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract().addIKM(secret).addSalt(salt).thenExpand(info, length));
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) length += part.length;
        var all = ByteBuffer.allocate(length);
        for (byte[] part : parts) all.put(part);
        return all.array();
    }
}
