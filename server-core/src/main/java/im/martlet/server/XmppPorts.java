package im.martlet.server;

import im.martlet.config.HostPort;
import im.martlet.net.Acceptor;
import im.martlet.net.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The TCP ports for clients, other servers and components. */
final class XmppPorts implements AutoCloseable {
    /** A kind of port. {@code …_TLS} has TLS from the first byte (XEP-0368). */
    enum Kind {
        CLIENT, CLIENT_TLS, SERVER, SERVER_TLS, COMPONENT, COMPONENT_TLS
    }

    /** Opens an XMPP stream on each new connection. */
    @FunctionalInterface
    interface StreamOpener {
        /** @param whenLoggedIn to be called once the peer has logged in */
        void open(Transport transport, Runnable whenLoggedIn);
    }

    private final Acceptor acceptor;
    private final Map<Kind, List<InetSocketAddress>> open = new EnumMap<>(Kind.class);

    XmppPorts(Acceptor acceptor) { this.acceptor = acceptor; }

    /** @throws IOException if a port is in use; the message names it */
    void listen(Kind kind, List<HostPort> addresses, Acceptor.Mode mode, StreamOpener streams) throws IOException {
        var bound = new ArrayList<InetSocketAddress>();
        for (HostPort address : addresses)
            bound.add(acceptor.listen(address.address(), mode,
                    transport -> streams.open(transport, () -> acceptor.loggedIn(transport))));
        open.put(kind, List.copyOf(bound));
    }

    /** Returns the addresses that are bound; none if this kind of port is not configured. */
    List<InetSocketAddress> bound(Kind kind) {
        return open.getOrDefault(kind, List.of());
    }

    /** Accepts no more connections. Open connections stay. */
    void stopListening() { acceptor.stopListening(); }

    /** Closes all connections, too. */
    @Override public void close() { acceptor.close(); }
}
