package im.martlet.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.security.interfaces.ECPrivateKey;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides X25519 and ECDSA signatures by OpenSSL. X25519 is half of the cost of a TLS handshake, and ECDSA most of the
 * rest. The JDK has both in plain Java, and OpenSSL is several times as fast. All other algorithms stay with the JDK,
 * and so do these two on a system without OpenSSL 3.
 */
public final class OpenSslProvider extends Provider {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(OpenSslProvider.class);
    private static final String NAME = "Martlet-OpenSSL";
    private static final String LIBRARY = "libcrypto.so.3"; // the name on Linux; no other system has it

    private OpenSslProvider(LibCrypto openSsl) {
        super(NAME, "1", "X25519 and ECDSA by " + openSsl.version());
        putService(new Factory(this, "KeyPairGenerator", "XDH", () -> new X25519KeyPairs(openSsl), _ -> true));
        putService(new Factory(this, "KeyAgreement", "XDH", () -> new X25519Agreement(openSsl),
                X25519PrivateKey.class::isInstance));
        var keys = new EcdsaKeys(openSsl);
        for (String bits : new String[]{ "256", "384" }) {
            var digest = openSsl.digest("EVP_sha" + bits);
            putService(new Factory(this, "Signature", "SHA" + bits + "withECDSA",
                    () -> new EcdsaSignature(openSsl, keys, digest), ECPrivateKey.class::isInstance));
        }
    }

    /**
     * Installs the provider before the JDK's own, once in a JVM, if this system has the library.
     * {@code -Dmartlet.openssl=false} prevents this.
     */
    public static void install() {
        if (Security.getProvider(NAME) != null || System.getProperty("martlet.openssl", "").equals("false")) return;
        load(LIBRARY).ifPresent(provider -> Security.insertProviderAt(provider, 1));
    }

    /** Loads the library; empty if the system has none, or if it computes wrong results. */
    static Optional<Provider> load(String library) {
        try {
            var openSsl = new LibCrypto(library);
            if (isSane(openSsl)) return Optional.of(new OpenSslProvider(openSsl));
            LOG.warn("TLS uses only the JDK's cryptography, because {} computes wrong results: update it",
                    openSsl.version());
        } catch (IllegalArgumentException | UnsupportedOperationException | IllegalCallerException | LinkageError e) {
            LOG.debug("TLS uses only the JDK's cryptography, because OpenSSL cannot be used: {}", e.getMessage());
        }
        return Optional.empty();
    }

    /** Returns whether the library computes the example of RFC 7748 §6.1. */
    private static boolean isSane(LibCrypto openSsl) {
        var hex = HexFormat.of();
        byte[] bob = hex.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] alicePublic = hex.parseHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        try {
            return hex.formatHex(openSsl.publicKey(bob))
                    .equals("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
                    && hex.formatHex(openSsl.agree(bob, alicePublic))
                            .equals("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Creates instances without reflection, for the keys that they support. */
    private static final class Factory extends Provider.Service {
        private final Supplier<Object> instances;
        private final Predicate<Object> keys;

        Factory(Provider provider, String type, String algorithm, Supplier<Object> instances, Predicate<Object> keys) {
            super(provider, type, algorithm, Factory.class.getName(), null, null);
            this.instances = instances;
            this.keys = keys;
        }

        @Override public Object newInstance(Object parameter) { return instances.get(); }

        @Override public boolean supportsParameter(Object key) { return keys.test(key); }
    }
}
