package im.martlet.extensions.push;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/** Keys of the curve P-256 for Web Push. A public key has 65 bytes (SEC 1 §2.3.3, uncompressed). Pure. */
final class P256 {
    /** The JDK's provider, by name, because a plugin may register another one. */
    static final String PROVIDER = "SunEC";
    /** The length of a public key in bytes. */
    static final int LENGTH = 65;
    private static final int COORDINATE = 32;
    private static final ECParameterSpec CURVE = curve();

    private P256() {}

    private static ECParameterSpec curve() {
        try {
            var parameters = AlgorithmParameters.getInstance("EC", PROVIDER);
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair generate() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC", PROVIDER);
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** Derives a private key from 32 secret bytes. The same bytes lead to the same key. */
    static ECPrivateKey secret(byte[] bytes) throws GeneralSecurityException {
        var s = new BigInteger(1, bytes).mod(CURVE.getOrder().subtract(BigInteger.ONE)).add(BigInteger.ONE);
        return (ECPrivateKey) KeyFactory.getInstance("EC", PROVIDER).generatePrivate(new ECPrivateKeySpec(s, CURVE));
    }

    /** Returns the public key of a private key. */
    static byte[] publicOf(ECPrivateKey key) {
        return CustomNamedCurves.getByName("secp256r1").getG().multiply(key.getS()).normalize().getEncoded(false);
    }

    static byte[] encode(ECPublicKey key) {
        var all = new byte[LENGTH];
        all[0] = 4;
        put(key.getW().getAffineX(), all, 1);
        put(key.getW().getAffineY(), all, 1 + COORDINATE);
        return all;
    }

    private static void put(BigInteger number, byte[] into, int at) {
        var bytes = number.toByteArray(); // may begin with a zero byte
        int length = Math.min(bytes.length, COORDINATE);
        System.arraycopy(bytes, bytes.length - length, into, at + COORDINATE - length, length);
    }

    /**
     * Reads a public key.
     *
     * @throws InvalidKeySpecException if the bytes have another form, or are not a point of the curve
     */
    static ECPublicKey decode(byte[] bytes) throws GeneralSecurityException {
        if (bytes.length != LENGTH || bytes[0] != 4)
            throw new InvalidKeySpecException("a public key must have 65 bytes, of which the first is 4");
        var x = new BigInteger(1, java.util.Arrays.copyOfRange(bytes, 1, 1 + COORDINATE));
        var y = new BigInteger(1, java.util.Arrays.copyOfRange(bytes, 1 + COORDINATE, LENGTH));
        var p = ((ECFieldFp) CURVE.getCurve().getField()).getP();
        var expected = x.pow(3).add(CURVE.getCurve().getA().multiply(x)).add(CURVE.getCurve().getB()).mod(p);
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.pow(2).mod(p).equals(expected))
            throw new InvalidKeySpecException("the public key is not a point of the curve P-256");
        return (ECPublicKey) KeyFactory.getInstance("EC", PROVIDER)
                .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), CURVE));
    }
}
