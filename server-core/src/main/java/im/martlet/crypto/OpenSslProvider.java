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
 * Half of what a TLS handshake costs is the agreement on a key by X25519, and most of the rest the signature by ECDSA:
 * both are plain Java in the JDK, and several times as quick in OpenSSL. Whatever else there is to compute stays with
 * the JDK, and everything does where there is no OpenSSL 3.
 */
public final class OpenSslProvider extends Provider {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(OpenSslProvider.class);
    private static final String NAME = "Martlet-OpenSSL";
    private static final String LIBRARY = "libcrypto.so.3"; // Linux; elsewhere there is none of that name

    private OpenSslProvider(LibCrypto openSsl) {
        super(NAME, "1", "X25519 and ECDSA by " + openSsl.version());
        putService(new Maker(this, "KeyPairGenerator", "XDH", () -> new X25519KeyPairs(openSsl), _ -> true));
        putService(new Maker(this, "KeyAgreement", "XDH", () -> new X25519Agreement(openSsl),
                X25519PrivateKey.class::isInstance));
        var keys = new EcdsaKeys(openSsl);
        for (String bits : new String[]{ "256", "384" }) {
            var digest = openSsl.digest("EVP_sha" + bits);
            putService(new Maker(this, "Signature", "SHA" + bits + "withECDSA",
                    () -> new EcdsaSignature(openSsl, keys, digest), ECPrivateKey.class::isInstance));
        }
    }

    /**
     * Puts it before the JDK's own, once in a JVM, if this system has the library; {@code -Dmartlet.openssl=false}
     * forbids it.
     */
    public static void install() {
        if (Security.getProvider(NAME) != null || System.getProperty("martlet.openssl", "").equals("false")) return;
        load(LIBRARY).ifPresent(provider -> Security.insertProviderAt(provider, 1));
    }

    /** Empty when there is no such library, or it does not compute what it should. */
    static Optional<Provider> load(String library) {
        try {
            var openSsl = new LibCrypto(library);
            if (isSane(openSsl)) return Optional.of(new OpenSslProvider(openSsl));
            LOG.warn("{} computes wrongly; TLS computes with the JDK alone", openSsl.version());
        } catch (IllegalArgumentException | UnsupportedOperationException | IllegalCallerException | LinkageError e) {
            LOG.debug("TLS computes with the JDK alone: {}", e.getMessage());
        }
        return Optional.empty();
    }

    /** Whether it computes the example of RFC 7748 §6.1. */
    private static boolean isSane(LibCrypto openSsl) {
        var hex = HexFormat.of();
        byte[] bob = hex.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] alice = hex.parseHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"); // her public key
        try {
            return hex.formatHex(openSsl.publicKey(bob))
                    .equals("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
                    && hex.formatHex(openSsl.agree(bob, alice))
                            .equals("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Makes instances without reflection, for keys that it can work with. */
    private static final class Maker extends Provider.Service {
        private final Supplier<Object> instances;
        private final Predicate<Object> keys;

        Maker(Provider provider, String type, String algorithm, Supplier<Object> instances, Predicate<Object> keys) {
            super(provider, type, algorithm, Maker.class.getName(), null, null);
            this.instances = instances;
            this.keys = keys;
        }

        @Override public Object newInstance(Object parameter) { return instances.get(); }

        @Override public boolean supportsParameter(Object key) { return keys.test(key); }
    }
}
