package im.martlet.net;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Gives a remote server the certificate of the local domain, on outgoing connections. */
final class ClientCertificateKeys extends X509ExtendedKeyManager {
    private final HostCertificates certificates;
    private final String domain;

    ClientCertificateKeys(HostCertificates certificates, String domain) {
        this.certificates = certificates;
        this.domain = domain;
    }

    @Override public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            SSLEngine engine) {
        return certificates.of(domain).filter(c -> Arrays.asList(keyTypes).contains(c.key().getAlgorithm())).isPresent()
                ? domain : null;
    }

    @Override public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return certificates.of(alias).map(c -> c.chain().toArray(X509Certificate[]::new)).orElse(null);
    }

    @Override public @Nullable PrivateKey getPrivateKey(String alias) {
        return certificates.of(alias).map(HostCertificate::key).orElse(null);
    }

    @Override public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            Socket socket) {
        return null;
    }

    @Override public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
