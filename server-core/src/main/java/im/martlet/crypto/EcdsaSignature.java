package im.martlet.crypto;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.interfaces.ECPrivateKey;
import org.jspecify.annotations.Nullable;

/** Signs with ECDSA. Verification is left to the next provider. */
final class EcdsaSignature extends SignatureSpi {
    private final LibCrypto openSsl;
    private final EcdsaKeys keys;
    private final MemorySegment digest;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private @Nullable MemorySegment key;

    EcdsaSignature(LibCrypto openSsl, EcdsaKeys keys, MemorySegment digest) {
        this.openSsl = openSsl;
        this.keys = keys;
        this.digest = digest;
    }

    @Override protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
        if (!(privateKey instanceof ECPrivateKey)) throw new InvalidKeyException("not a key for ECDSA");
        key = keys.of(privateKey);
        message.reset();
    }

    @Override protected void engineUpdate(byte b) { message.write(b); }

    @Override protected void engineUpdate(byte[] bytes, int offset, int length) {
        message.write(bytes, offset, length);
    }

    @Override protected byte[] engineSign() throws SignatureException {
        if (key == null) throw new SignatureException("no key was set");
        try {
            return openSsl.sign(key, digest, message.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new SignatureException(e);
        } finally {
            message.reset();
        }
    }

    @Override protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
        throw new InvalidKeyException("this provider only signs");
    }

    @Override protected boolean engineVerify(byte[] signature) throws SignatureException {
        throw new SignatureException("this provider only signs");
    }

    @Override
    @Deprecated protected void engineSetParameter(String name, Object value) {
        throw new InvalidParameterException(name);
    }

    @Override
    @Deprecated protected Object engineGetParameter(String name) {
        throw new InvalidParameterException(name);
    }
}
