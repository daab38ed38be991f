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

/** How TLS is spoken here: 1.2 and 1.3 only, forward secrecy and authenticated encryption only, the server chooses. */
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
            throw new IllegalStateException("this JDK cannot speak TLS", e);
        }
        suites = Arrays.stream(jsse.getSupportedSSLParameters().getCipherSuites()).filter(TlsSettings::isSound)
                .toArray(String[]::new);
    }

    private static boolean isSound(String suite) {
        boolean aead = suite.contains("_GCM_") || suite.contains("CHACHA20");
        return aead && (!suite.contains("_WITH_") || suite.startsWith("TLS_ECDHE_"));
    }

    /**
     * @param host whose certificate to show to a client that names none; SNI overrules it
     * @param asking whether the peer may show a certificate too
     */
    Tls server(Consumer<Transport.TlsSession> secured, String host, boolean asking, String... alpn) {
        return new Tls(engine(host, asking, alpn), scratch, session -> {
            handshake(session.protocol());
            secured.accept(session);
        });
    }

    /** Counts a handshake that is done. */
    public void handshake(String protocol) {
        handshakes.computeIfAbsent(protocol, _ -> new LongAdder()).increment();
    }

    /** Handshakes that others began and that are done, by version. */
    public Map<String, LongAdder> handshakes() {
        return handshakes;
    }

    private SSLEngine engine(String host, boolean asking, String... alpn) {
        var engine = jsse.createSSLEngine(host, 0); // the key manager reads the host back from the engine
        engine.setUseClientMode(false);
        var parameters = new SSLParameters(suites, new String[]{ "TLSv1.3", "TLSv1.2" });
        parameters.setUseCipherSuitesOrder(true);
        parameters.setWantClientAuth(asking);
        parameters.setApplicationProtocols(alpn);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /**
     * TLS as a server that asks for no certificate, for who reads and writes himself. @param host whose certificate to
     * show to a client that names none
     */
    public SSLEngine engine(String host) {
        return engine(host, false);
    }

    /** What engines come from. */
    public SSLContext jsse() { return jsse; }

    /**
     * No session is taken up again: each connection has settings of its own, and so the peer shows its certificate each
     * time.
     */
    Tls client(Consumer<Transport.TlsSession> secured, String ours, String theirs, String alpn) {
        try {
            var own = SSLContext.getInstance("TLS");
            own.init(new KeyManager[]{ new ClientCertificateKeys(certificates, ours) },
                    new TrustManager[]{ new UncheckedTrust() }, null);
            var engine = own.createSSLEngine();
            engine.setUseClientMode(true);
            var parameters = new SSLParameters(suites, new String[]{ "TLSv1.3", "TLSv1.2" });
            if (!alpn.isEmpty()) parameters.setApplicationProtocols(new String[]{ alpn });
            serverName(theirs).ifPresent(name -> parameters.setServerNames(List.of(name)));
            engine.setSSLParameters(parameters);
            engine.beginHandshake();
            return new Tls(engine, scratch, secured);
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalStateException("this JDK cannot speak TLS", e);
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
