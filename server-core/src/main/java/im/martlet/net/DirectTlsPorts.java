package im.martlet.net;

import java.net.InetSocketAddress;
import java.util.List;

/** Where TLS is spoken from the first byte, once it is known; for who tells others. Any thread. */
public final class DirectTlsPorts {
    private volatile List<Integer> clients = List.of();
    private volatile List<Integer> servers = List.of();

    public void listening(List<InetSocketAddress> clients, List<InetSocketAddress> servers) {
        this.clients = clients.stream().map(InetSocketAddress::getPort).toList();
        this.servers = servers.stream().map(InetSocketAddress::getPort).toList();
    }

    /** Ports for clients. */
    public List<Integer> clients() { return clients; }

    /** Ports for other servers. */
    public List<Integer> servers() { return servers; }
}
