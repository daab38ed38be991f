package im.martlet.net;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** How TLS is spoken here: 1.2 and 1.3 only, forward secrecy and authenticated encryption only, the server chooses. */
public final class TlsSettings {
    private final SSLContext jsse;
    private final String[] suites;
    private final Scratch scratch = new Scratch();

    public TlsSettings(HostCertificates certificates) {
        try {
            jsse = SSLContext.getInstance("TLS");
            jsse.init(new KeyManager[] {new SniKeys(certificates)}, new TrustManager[0], new SecureRandom());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot speak TLS", e);
        }
        suites = Arrays.stream(jsse.getSupportedSSLParameters().getCipherSuites()).filter(TlsSettings::isSound).toArray(String[]::new);
    }

    private static boolean isSound(String suite) {
        boolean aead = suite.contains("_GCM_") || suite.contains("CHACHA20");
        return aead && (!suite.contains("_WITH_") || suite.startsWith("TLS_ECDHE_"));
    }

    /** @param host whose certificate to show to a client that names none; SNI overrules it */
    Tls server(Consumer<Transport.TlsSession> secured, String host, String... alpn) {
        var engine = jsse.createSSLEngine(host, 0); // the key manager reads the host back from the engine
        engine.setUseClientMode(false);
        var parameters = new SSLParameters(suites, new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(alpn);
        engine.setSSLParameters(parameters);
        return new Tls(engine, scratch, secured);
    }
}
