package im.martlet.net;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** Data that binds authentication to a TLS channel. */
final class ChannelBindings {
    private ChannelBindings() {}

    /** RFC 9266: 32 bytes that both ends of the channel, and nobody else, can compute. */
    static Optional<byte[]> exporter(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) return Optional.empty();
        try {
            return Optional.of(extended.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
        } catch (SSLException | UnsupportedOperationException | IllegalStateException e) {
            return Optional.empty(); // TLS 1.2 without the extended master secret
        }
    }

    /** RFC 5929 §4: a hash of our certificate. */
    static Optional<byte[]> serverEndPoint(SSLSession session) {
        Certificate[] local = session.getLocalCertificates();
        if (local == null || local.length == 0 || !(local[0] instanceof X509Certificate certificate)) return Optional.empty();
        try {
            return Optional.of(MessageDigest.getInstance(hash(certificate.getSigAlgName())).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** The hash of the certificate's signature, but SHA-256 in place of MD5 and SHA-1. */
    private static String hash(String signature) {
        String name = signature.toUpperCase(Locale.ROOT);
        return name.contains("SHA384") ? "SHA-384" : name.contains("SHA512") ? "SHA-512" : "SHA-256";
    }
}
