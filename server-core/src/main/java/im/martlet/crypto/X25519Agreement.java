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

/** X25519 between a private key of ours and anybody's public one. */
final class X25519Agreement extends KeyAgreementSpi {
    private static final int BYTES = 32;

    private final LibCrypto openSsl;
    private @Nullable X25519PrivateKey ours;
    private byte @Nullable [] secret;

    X25519Agreement(LibCrypto openSsl) { this.openSsl = openSsl; }

    @Override protected void engineInit(Key key, SecureRandom random) throws InvalidKeyException {
        if (!(key instanceof X25519PrivateKey own)) throw new InvalidKeyException("not a key of this provider");
        ours = own;
        secret = null;
    }

    @Override protected void engineInit(Key key, AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        if (parameters != null) throw new InvalidAlgorithmParameterException("X25519 takes none");
        engineInit(key, random);
    }

    @Override protected @Nullable Key engineDoPhase(Key key, boolean last) throws InvalidKeyException {
        if (ours == null || !last) throw new IllegalStateException("two parties, and ours first");
        if (!(key instanceof XECPublicKey theirs) || !(theirs.getParams() instanceof NamedParameterSpec named)
                || !named.getName().equals("X25519"))
            throw new InvalidKeyException("not a public key of X25519");
        try {
            secret = openSsl.agree(ours.scalar(), littleEndian(theirs.getU()));
            return null;
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(e);
        }
    }

    private static byte[] littleEndian(BigInteger u) {
        var big = u.toByteArray(); // without leading zeros, but perhaps with one for the sign
        return Arrays.copyOf(X25519KeyPairs.reversed(big), BYTES);
    }

    @Override protected byte[] engineGenerateSecret() {
        if (secret == null) throw new IllegalStateException("nothing is agreed on yet");
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
