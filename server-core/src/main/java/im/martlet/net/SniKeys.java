package im.martlet.net;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Gives each client the certificate of the host in its SNI (RFC 6066 §3). An alias is the name of a host. */
final class SniKeys extends X509ExtendedKeyManager {
    private final HostCertificates certificates;

    SniKeys(HostCertificates certificates) { this.certificates = certificates; }

    @Override public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
            SSLEngine engine) {
        return requestedHost(engine).filter(host -> certificates.of(host).isPresent())
                .or(() -> Optional.ofNullable(engine.getPeerHost()))
                .filter(host -> certificates.of(host).filter(c -> c.key().getAlgorithm().equals(keyType)).isPresent())
                .orElse(null);
    }

    private static Optional<String> requestedHost(SSLEngine engine) {
        if (!(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) return Optional.empty();
        return session.getRequestedServerNames().stream().filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName()).findFirst();
    }

    @Override public X509Certificate @Nullable [] getCertificateChain(String host) {
        return certificates.of(host).map(c -> c.chain().toArray(X509Certificate[]::new)).orElse(null);
    }

    @Override public @Nullable PrivateKey getPrivateKey(String host) {
        return certificates.of(host).map(HostCertificate::key).orElse(null);
    }

    @Override public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers,
            Socket socket) {
        return null;
    }
}
