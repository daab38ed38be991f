package im.martlet.http;

import im.martlet.net.TlsSettings;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** TLS as it is spoken everywhere here, with the hosts' certificates by the name that a client asks for. */
final class HostTls extends SslContextFactory.Server {
    private final TlsSettings tls;
    private final Supplier<Set<String>> hosts;

    /** @param hosts of which the first is shown to who names none */
    HostTls(TlsSettings tls, Supplier<Set<String>> hosts) {
        this.tls = tls;
        this.hosts = hosts;
        setSslContext(tls.jsse());
    }

    void handshake(String protocol) { tls.handshake(protocol); }

    @Override public SSLEngine newSSLEngine() { return tls.engine(hosts.get().iterator().next()); }

    @Override public SSLEngine newSSLEngine(String host, int port) { return newSSLEngine(); }

    @Override public SSLEngine newSSLEngine(InetSocketAddress address) { return newSSLEngine(); }
}
