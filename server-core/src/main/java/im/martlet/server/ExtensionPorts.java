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

/** The ports of extensions. */
final class ExtensionPorts implements AutoCloseable {
    private final BlockingAcceptor acceptor;
    private final SequencedMap<String, List<InetSocketAddress>> open = new LinkedHashMap<>();

    ExtensionPorts(AddressLimits gate) { this.acceptor = new BlockingAcceptor(gate); }

    /**
     * Lets connections in.
     *
     * @param elsewhere whether any ports will do
     * @throws IOException when one is in use; the message names it
     */
    void open(List<Hook.TcpListener> all, boolean elsewhere) throws IOException {
        for (var own : all) {
            var bound = new ArrayList<BlockingAcceptor.Door>();
            for (HostPort address : own.addresses()) bound.add(acceptor
                    .bind(elsewhere ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0) : address.address()));
            var addresses = bound.stream().map(BlockingAcceptor.Door::address).toList();
            own.bound().accept(addresses);
            bound.forEach(door -> door.open(own.connected()));
            if (!addresses.isEmpty()) open.put(own.name(), addresses);
        }
    }

    /** Where each protocol is spoken. */
    SequencedMap<String, List<InetSocketAddress>> byName() {
        return Collections.unmodifiableSequencedMap(open);
    }

    /** Accepts no more; open connections stay. */
    void stopListening() { acceptor.stopListening(); }

    @Override public void close() { acceptor.close(); }
}
