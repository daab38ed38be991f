package im.martlet.net;

import java.net.IDN;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * The TLS settings of all connections: only TLS 1.2 and 1.3, only cipher suites with forward secrecy and authenticated
 * encryption, in the order of the server. Any thread.
 */
public final class TlsSettings {
    private final SSLContext jsse;
    private final String[] suites;
    private final TlsBuffers scratch = new TlsBuffers();
    private final HostCertificates certificates;
    private final Map<String, LongAdder> handshakes = new ConcurrentHashMap<>();

    public TlsSettings(HostCertificates certificates) {
        this.certificates = certificates;
        try {
            jsse = SSLContext.getInstance("TLS");
            jsse.init(new KeyManager[]{ new SniKeys(certificates) }, new TrustManager[]{ new UncheckedTrust() },
                    new SecureRandom());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK does not support TLS", e);
        }
        suites = Arrays.stream(jsse.getSupportedSSLParameters().getCipherSuites()).filter(TlsSettings::isSecure)
                .toArray(String[]::new);
    }

    private static boolean isSecure(String suite) {
        boolean aead = suite.contains("_GCM_") || suite.contains("CHACHA20");
        return aead && (!suite.contains("_WITH_") || suite.startsWith("TLS_ECDHE_"));
    }

    /**
     * Returns TLS for one connection, as the server.
     *
     * @param secured called once, when the handshake is done
     * @param host the host for clients without SNI, which get its certificate
     * @param requestCertificate whether to request a certificate from the peer
     * @param alpn the names of the protocol (RFC 7301)
     */
    Tls server(Consumer<Transport.TlsSession> secured, String host, boolean requestCertificate, String... alpn) {
        return new Tls(engine(host, requestCertificate, alpn), scratch, session -> {
            handshake(session.protocol());
            secured.accept(session);
        });
    }

    /** Counts a completed handshake. */
    public void handshake(String protocol) {
        handshakes.computeIfAbsent(protocol, _ -> new LongAdder()).increment();
    }

    /** Returns the number of completed handshakes of incoming connections, by version of TLS. */
    public Map<String, LongAdder> handshakes() {
        return handshakes;
    }

    private SSLEngine engine(String host, boolean requestCertificate, String... alpn) {
        var engine = jsse.createSSLEngine(host, 0); // the key manager reads the host from the engine
        engine.setUseClientMode(false);
        var parameters = new SSLParameters(suites, new String[]{ "TLSv1.3", "TLSv1.2" });
        parameters.setUseCipherSuitesOrder(true);
        parameters.setWantClientAuth(requestCertificate);
        parameters.setApplicationProtocols(alpn);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /**
     * Returns an engine for a server that requests no certificate, for callers that encrypt and decrypt themselves.
     *
     * @param host the host for clients without SNI, which get its certificate
     */
    public SSLEngine engine(String host) {
        return engine(host, false);
    }

    /** Returns the context that creates the engines. */
    public SSLContext jsse() { return jsse; }

    /**
     * Returns TLS for one connection, as the client. Each connection has its own context, so no TLS session is resumed
     * and the peer shows its certificate each time.
     *
     * @param secured called once, when the handshake is done
     * @param local the local domain, for its certificate
     * @param remote the domain that the peer must serve (SNI)
     * @param alpn the name of the protocol (RFC 7301); empty for none
     */
    Tls client(Consumer<Transport.TlsSession> secured, String local, String remote, String alpn) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[]{ new ClientCertificateKeys(certificates, local) },
                    new TrustManager[]{ new UncheckedTrust() }, null);
            var engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            var parameters = new SSLParameters(suites, new String[]{ "TLSv1.3", "TLSv1.2" });
            if (!alpn.isEmpty()) parameters.setApplicationProtocols(new String[]{ alpn });
            serverName(remote).ifPresent(name -> parameters.setServerNames(List.of(name)));
            engine.setSSLParameters(parameters);
            engine.beginHandshake();
            return new Tls(engine, scratch, secured);
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalStateException("this JDK does not support TLS", e);
        }
    }

    private static Optional<SNIServerName> serverName(String domain) {
        try {
            return Optional.of(new SNIHostName(IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED)));
        } catch (IllegalArgumentException anAddress) {
            return Optional.empty();
        }
    }
}
