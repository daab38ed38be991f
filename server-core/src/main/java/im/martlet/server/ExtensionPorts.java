package im.martlet.server;

import im.martlet.config.HostPort;
import im.martlet.extension.Hook;
import im.martlet.net.AddressLimits;
import im.martlet.net.BlockingAcceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The TCP ports of extensions, such as the one of the SOCKS5 proxy. */
final class ExtensionPorts implements AutoCloseable {
    private final BlockingAcceptor acceptor;
    private final SequencedMap<String, List<InetSocketAddress>> open = new LinkedHashMap<>();

    ExtensionPorts(AddressLimits limits) { this.acceptor = new BlockingAcceptor(limits); }

    /**
     * Opens the ports and accepts connections.
     *
     * @param trial whether to open any free port of this machine instead of the configured ones
     * @throws IOException if a port is in use; the message names it
     */
    void open(List<Hook.TcpListener> listeners, boolean trial) throws IOException {
        for (var listener : listeners) {
            var bound = new ArrayList<BlockingAcceptor.BoundPort>();
            for (HostPort address : listener.addresses()) bound.add(acceptor
                    .bind(trial ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0) : address.address()));
            var addresses = bound.stream().map(BlockingAcceptor.BoundPort::address).toList();
            listener.bound().accept(addresses);
            bound.forEach(port -> port.open(listener.connected()));
            if (!addresses.isEmpty()) open.put(listener.name(), addresses);
        }
    }

    /** Returns the bound addresses by the name of their protocol. */
    SequencedMap<String, List<InetSocketAddress>> byName() {
        return Collections.unmodifiableSequencedMap(open);
    }

    /** Accepts no more connections. Open connections stay. */
    void stopListening() { acceptor.stopListening(); }

    @Override public void close() { acceptor.close(); }
}
