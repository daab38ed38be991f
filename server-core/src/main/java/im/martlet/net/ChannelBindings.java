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

/** Describes a TLS channel and computes the data that binds authentication to it. */
public final class ChannelBindings {
    private ChannelBindings() {}

    /** Returns the data of one type; empty if this channel lacks it. */
    public static Optional<byte[]> of(Transport.ChannelBinding type, SSLSession session) {
        return switch (type) {
            case TLS_EXPORTER -> exporter(session);
            case TLS_SERVER_END_POINT -> serverEndPoint(session);
        };
    }

    /**
     * Returns whether the channel has data of one type. Computes it only if there is no other way, because computing
     * costs more than the rest of a login.
     */
    static boolean has(Transport.ChannelBinding type, SSLSession session) {
        return switch (type) {
            case TLS_EXPORTER -> session.getProtocol().equals("TLSv1.3") || exporter(session).isPresent();
            case TLS_SERVER_END_POINT ->
                    session.getLocalCertificates() instanceof Certificate[] local && local.length > 0
                            && local[0] instanceof X509Certificate;
        };
    }

    /**
     * Returns the negotiated properties of a channel.
     *
     * @param alpn the negotiated protocol (RFC 7301); empty for none
     */
    public static Transport.TlsSession describe(SSLSession session, String alpn) {
        return new Transport.TlsSession(session.getProtocol(), session.getCipherSuite(), serverName(session),
                Optional.of(alpn).filter(name -> !name.isEmpty()));
    }

    private static Optional<String> serverName(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) return Optional.empty();
        return extended.getRequestedServerNames().stream().filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName()).findFirst();
    }

    /** Returns 32 bytes that only the two ends of the channel can compute (RFC 9266). */
    private static Optional<byte[]> exporter(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) return Optional.empty();
        try {
            return Optional.of(extended.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
        } catch (SSLException | UnsupportedOperationException | IllegalStateException e) {
            return Optional.empty(); // for example TLS 1.2 without the extended master secret
        }
    }

    /** Returns a hash of the server's certificate (RFC 5929 §4). */
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

    /** Returns the hash function of the certificate's signature, with SHA-256 instead of MD5 and SHA-1. */
    private static Sha hash(String signature) {
        String name = signature.toUpperCase(Locale.ROOT);
        return name.contains("SHA384") ? Sha.SHA_384 : name.contains("SHA512") ? Sha.SHA_512 : Sha.SHA_256;
    }
}
