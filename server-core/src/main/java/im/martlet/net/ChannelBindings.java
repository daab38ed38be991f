package im.martlet.net;

import im.martlet.digest.Sha;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** What may be known of a TLS channel: what was agreed on, and data that binds authentication to it. */
public final class ChannelBindings {
    private ChannelBindings() {}

    /** Data of one type; empty when it cannot be had on this channel. */
    public static Optional<byte[]> of(Transport.ChannelBinding type, SSLSession session) {
        return switch (type) {
            case TLS_EXPORTER -> exporter(session);
            case TLS_SERVER_END_POINT -> serverEndPoint(session);
        };
    }

    /**
     * Whether there is such data: where that is plain, without computing it, which costs a login more than what the
     * data is for.
     */
    static boolean has(Transport.ChannelBinding type, SSLSession session) {
        return switch (type) {
            case TLS_EXPORTER -> session.getProtocol().equals("TLSv1.3") || exporter(session).isPresent();
            case TLS_SERVER_END_POINT -> session.getLocalCertificates() instanceof Certificate[] own && own.length > 0
                    && own[0] instanceof X509Certificate;
        };
    }

    /** @param alpn the protocol that was agreed on for what is inside, empty for none */
    public static Transport.TlsSession describe(SSLSession session, String alpn) {
        return new Transport.TlsSession(session.getProtocol(), session.getCipherSuite(), serverName(session),
                Optional.of(alpn).filter(name -> !name.isEmpty()));
    }

    private static Optional<String> serverName(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) return Optional.empty();
        return extended.getRequestedServerNames().stream().filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName()).findFirst();
    }

    /** RFC 9266: 32 bytes that both ends of the channel, and nobody else, can compute. */
    private static Optional<byte[]> exporter(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) return Optional.empty();
        try {
            return Optional.of(extended.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
        } catch (SSLException | UnsupportedOperationException | IllegalStateException e) {
            return Optional.empty(); // TLS 1.2 without the extended master secret
        }
    }

    /** RFC 5929 §4: a hash of our certificate. */
    private static Optional<byte[]> serverEndPoint(SSLSession session) {
        Certificate[] local = session.getLocalCertificates();
        if (local == null || local.length == 0 || !(local[0] instanceof X509Certificate certificate))
            return Optional.empty();
        try {
            return Optional.of(hash(certificate.getSigAlgName()).digest(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            return Optional.empty();
        }
    }

    /** The hash of the certificate's signature, but SHA-256 in place of MD5 and SHA-1. */
    private static Sha hash(String signature) {
        String name = signature.toUpperCase(Locale.ROOT);
        return name.contains("SHA384") ? Sha.SHA_384 : name.contains("SHA512") ? Sha.SHA_512 : Sha.SHA_256;
    }
}
