package im.martlet.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections for protocols of extensions. Each connection has its own virtual thread, which may block. */
public final class BlockingAcceptor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockingAcceptor.class);
    private static final int BACKLOG = 256;
    private static final Duration PAUSE = Duration.ofMillis(100); // while the machine has no free connection

    private final AddressLimits limits;
    private final List<ServerSocket> ports = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public BlockingAcceptor(AddressLimits limits) { this.limits = limits; }

    /** A bound address that accepts no connections yet. */
    public final class BoundPort {
        private final ServerSocket server;

        private BoundPort(ServerSocket server) { this.server = server; }

        /** Returns the address; for port 0, with the port that the system chose. */
        public InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        /**
         * Begins to accept connections.
         *
         * @param connected uses each connection, which is closed when the call returns
         */
        public void open(BiConsumer<Socket, AddressLimits.Place> connected) {
            Thread.ofVirtual().name("accept").start(() -> accept(server, connected));
        }
    }

    /**
     * Binds an address.
     *
     * @throws IOException if the address is in use or does not belong to this machine; the message names it
     */
    public BoundPort bind(InetSocketAddress address) throws IOException {
        if (address.isUnresolved())
            throw new IOException("cannot listen on " + address.getHostString() + ": the name is not known");
        var server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen on " + address.getHostString() + " port " + address.getPort() + ": "
                    + e.getMessage(), e);
        }
        ports.add(server);
        return new BoundPort(server);
    }

    private void accept(ServerSocket server, BiConsumer<Socket, AddressLimits.Place> connected) {
        while (!server.isClosed()) try {
            enter(server.accept(), connected);
        } catch (IOException e) {
            if (server.isClosed()) return;
            LOG.warn("port {} cannot accept a connection now, so it tries again: {}", server.getLocalPort(),
                    e.getMessage());
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter(Socket socket, BiConsumer<Socket, AddressLimits.Place> connected) {
        var place = limits.enter(socket.getInetAddress());
        if (place.isEmpty()) close(socket);
        else Thread.ofVirtual().name("guest").start(() -> serve(socket, place.get(), connected));
    }

    private void serve(Socket socket, AddressLimits.Place place, BiConsumer<Socket, AddressLimits.Place> connected) {
        open.add(socket);
        try (socket) {
            socket.setTcpNoDelay(true);
            connected.accept(socket, place);
        } catch (IOException e) {
            LOG.debug("the connection of {} failed", socket.getRemoteSocketAddress(), e);
        } catch (RuntimeException e) {
            LOG.error("bug: the connection of {} failed", socket.getRemoteSocketAddress(), e);
        } finally {
            place.leave();
            open.remove(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection could not be closed", e);
        }
    }

    /** Stops accepting. Open connections stay. */
    public void stopListening() {
        for (var server : ports) try {
            server.close();
        } catch (IOException e) {
            LOG.debug("port {} could not be closed", server.getLocalPort(), e);
        }
    }

    @Override public void close() {
        stopListening();
        open.forEach(BlockingAcceptor::close);
    }
}
