package im.martlet.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;

/** Generates key pairs for X25519. Other algorithms with the name XDH are left to the next provider. */
final class X25519KeyPairs extends KeyPairGeneratorSpi {
    private static final int BITS = 255;

    private final LibCrypto openSsl;
    private SecureRandom random = new SecureRandom();

    X25519KeyPairs(LibCrypto openSsl) { this.openSsl = openSsl; }

    @Override public void initialize(int bits, SecureRandom source) {
        if (bits != BITS) throw new InvalidParameterException("X25519 has " + BITS + " bits");
        if (source != null) random = source;
    }

    @Override public void initialize(AlgorithmParameterSpec parameters, SecureRandom source)
            throws InvalidAlgorithmParameterException {
        if (!(parameters instanceof NamedParameterSpec named)
                || !named.getName().equalsIgnoreCase(NamedParameterSpec.X25519.getName()))
            throw new InvalidAlgorithmParameterException("this provider has only X25519");
        if (source != null) random = source;
    }

    @Override public KeyPair generateKeyPair() {
        var scalar = new byte[32];
        random.nextBytes(scalar); // any 32 bytes are a private key (RFC 7748 §5)
        try {
            var u = new BigInteger(1, reversed(openSsl.publicKey(scalar)));
            return new KeyPair(
                    KeyFactory.getInstance("XDH").generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u)),
                    new X25519PrivateKey(scalar));
        } catch (GeneralSecurityException e) {
            throw new ProviderException(e);
        }
    }

    static byte[] reversed(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) reversed[i] = bytes[bytes.length - 1 - i];
        return reversed;
    }
}
