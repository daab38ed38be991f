package im.martlet.http;

import im.martlet.net.TlsSettings;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Gives Jetty the same TLS as all other connections, with the certificate of the host that a client requests. */
final class HostTls extends SslContextFactory.Server {
    private final TlsSettings tls;
    private final Supplier<Set<String>> hosts;

    /** @param hosts the served domains; a client without SNI gets the certificate of the first one */
    HostTls(TlsSettings tls, Supplier<Set<String>> hosts) {
        this.tls = tls;
        this.hosts = hosts;
        setSslContext(tls.jsse());
    }

    /** Counts a completed handshake. */
    void handshake(String protocol) { tls.handshake(protocol); }

    @Override public SSLEngine newSSLEngine() { return tls.engine(hosts.get().iterator().next()); }

    @Override public SSLEngine newSSLEngine(String host, int port) { return newSSLEngine(); }

    @Override public SSLEngine newSSLEngine(InetSocketAddress address) { return newSSLEngine(); }
}
