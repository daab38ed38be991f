package im.martlet.net;

import java.net.InetSocketAddress;
import java.util.List;

/** The ports on which connections begin with TLS, once they are known. Extensions advertise them. Any thread. */
public final class DirectTlsPorts {
    private volatile List<Integer> clients = List.of();
    private volatile List<Integer> servers = List.of();

    /** Sets the ports, when the server listens. */
    public void listening(List<InetSocketAddress> clients, List<InetSocketAddress> servers) {
        this.clients = clients.stream().map(InetSocketAddress::getPort).toList();
        this.servers = servers.stream().map(InetSocketAddress::getPort).toList();
    }

    /** Returns the ports for clients. */
    public List<Integer> clients() { return clients; }

    /** Returns the ports for other servers. */
    public List<Integer> servers() { return servers; }
}
