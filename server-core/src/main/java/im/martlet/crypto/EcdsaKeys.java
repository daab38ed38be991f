package im.martlet.crypto;

import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Holds the private keys of certificates in OpenSSL's form. Each key is converted once, and released together with the
 * Java key. Any thread.
 */
final class EcdsaKeys {
    private final LibCrypto openSsl;
    private final Map<PrivateKey, MemorySegment> converted = new WeakHashMap<>();

    EcdsaKeys(LibCrypto openSsl) { this.openSsl = openSsl; }

    synchronized MemorySegment of(PrivateKey key) throws InvalidKeyException {
        var existing = converted.get(key);
        if (existing != null) return existing;
        var encoded = key.getEncoded();
        if (encoded == null) throw new InvalidKeyException("the key has no encoded form");
        try {
            var segment = openSsl.privateKey(encoded);
            converted.put(key, segment);
            return segment;
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(e);
        }
    }
}
