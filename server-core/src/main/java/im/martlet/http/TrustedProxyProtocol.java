package im.martlet.http;

import java.net.InetSocketAddress;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory;

/** The PROXY protocol, versions 1 and 2, for trusted proxies. All other peers must begin with TLS or HTTP. */
final class TrustedProxyProtocol extends ProxyConnectionFactory {
    private static final int TLV_SSL = 0x20;
    private static final int CLIENT_USED_TLS = 0x01;

    private final TrustedProxies proxies;
    private final String next;

    TrustedProxyProtocol(TrustedProxies proxies, String next) {
        super(next);
        this.proxies = proxies;
        this.next = next;
    }

    @Override public Connection newConnection(Connector connector, EndPoint connection) {
        boolean trusted = connection.getRemoteSocketAddress() instanceof InetSocketAddress remote
                && proxies.contains(remote.getAddress());
        return trusted ? super.newConnection(connector, connection)
                : connector.getConnectionFactory(next).newConnection(connector, connection);
    }

    /** Returns whether the proxy states that the client used TLS. */
    static boolean saysSecure(EndPoint connection) {
        if (!(connection instanceof ProxyEndPoint proxied)) return false;
        var tls = proxied.getTLV(TLV_SSL);
        return tls != null && tls.length > 0 && (tls[0] & CLIENT_USED_TLS) != 0;
    }
}
