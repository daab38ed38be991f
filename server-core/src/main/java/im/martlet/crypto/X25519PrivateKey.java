package im.martlet.crypto;

import java.security.interfaces.XECPrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/** A private key for one agreement. It has no encoded form. */
final class X25519PrivateKey implements XECPrivateKey {
    private static final long serialVersionUID = 1;

    private final transient byte[] scalar;

    X25519PrivateKey(byte[] scalar) { this.scalar = scalar.clone(); }

    byte[] scalar() { return scalar.clone(); }

    @Override public Optional<byte[]> getScalar() { return Optional.of(scalar()); }

    @Override public AlgorithmParameterSpec getParams() { return NamedParameterSpec.X25519; }

    @Override public String getAlgorithm() { return "XDH"; }

    @Override public String getFormat() { return null; }

    @Override public byte[] getEncoded() { return null; }
}
