package im.martlet.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.SecureRandom;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Agrees on a secret by X25519, with a private key of this provider and any public key. */
final class X25519Agreement extends KeyAgreementSpi {
    private static final int BYTES = 32;

    private final LibCrypto openSsl;
    private @Nullable X25519PrivateKey privateKey;
    private byte @Nullable [] secret;

    X25519Agreement(LibCrypto openSsl) { this.openSsl = openSsl; }

    @Override protected void engineInit(Key key, SecureRandom random) throws InvalidKeyException {
        if (!(key instanceof X25519PrivateKey own)) throw new InvalidKeyException("the key is not of this provider");
        privateKey = own;
        secret = null;
    }

    @Override protected void engineInit(Key key, AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        if (parameters != null) throw new InvalidAlgorithmParameterException("X25519 has no parameters");
        engineInit(key, random);
    }

    @Override protected @Nullable Key engineDoPhase(Key key, boolean last) throws InvalidKeyException {
        if (privateKey == null || !last)
            throw new IllegalStateException("X25519 has two parties, and the private key comes first");
        if (!(key instanceof XECPublicKey publicKey) || !(publicKey.getParams() instanceof NamedParameterSpec named)
                || !named.getName().equals("X25519"))
            throw new InvalidKeyException("the key is not a public key of X25519");
        try {
            secret = openSsl.agree(privateKey.scalar(), littleEndian(publicKey.getU()));
            return null;
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(e);
        }
    }

    private static byte[] littleEndian(BigInteger u) {
        var big = u.toByteArray(); // no leading zero bytes, except perhaps one for the sign
        return Arrays.copyOf(X25519KeyPairs.reversed(big), BYTES);
    }

    @Override protected byte[] engineGenerateSecret() {
        if (secret == null) throw new IllegalStateException("there is no secret yet: doPhase comes first");
        var agreed = secret;
        secret = null;
        return agreed;
    }

    @Override protected int engineGenerateSecret(byte[] target, int offset) throws ShortBufferException {
        if (target.length - offset < BYTES) throw new ShortBufferException();
        System.arraycopy(engineGenerateSecret(), 0, target, offset, BYTES);
        return BYTES;
    }

    @Override protected SecretKey engineGenerateSecret(String algorithm) {
        return new SecretKeySpec(engineGenerateSecret(), algorithm);
    }
}
