package im.martlet.crypto;

import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Private keys of certificates as OpenSSL has them: each is read once, and forgotten with the key itself. Any thread.
 */
final class EcdsaKeys {
    private final LibCrypto openSsl;
    private final Map<PrivateKey, MemorySegment> known = new WeakHashMap<>();

    EcdsaKeys(LibCrypto openSsl) { this.openSsl = openSsl; }

    synchronized MemorySegment of(PrivateKey key) throws InvalidKeyException {
        var read = known.get(key);
        if (read != null) return read;
        var encoded = key.getEncoded();
        if (encoded == null) throw new InvalidKeyException("a key that cannot be written down");
        try {
            read = openSsl.privateKey(encoded);
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(e);
        }
        known.put(key, read);
        return read;
    }
}
