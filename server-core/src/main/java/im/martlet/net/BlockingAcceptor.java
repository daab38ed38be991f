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

/** Accepts connections for protocols of extensions, each of which has a virtual thread of its own to block. */
public final class BlockingAcceptor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockingAcceptor.class);
    private static final int BACKLOG = 256;
    private static final Duration BREATH = Duration.ofMillis(100); // when the machine has no connection left to give

    private final AddressLimits gate;
    private final List<ServerSocket> listening = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public BlockingAcceptor(AddressLimits gate) { this.gate = gate; }

    /** An address that is ours, where nobody is accepted yet. */
    public final class Door {
        private final ServerSocket server;

        private Door(ServerSocket server) { this.server = server; }

        /** Its port is the one that was chosen when 0 was asked for. */
        public InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        /** @param connected takes each connection, which is closed when it returns */
        public void open(BiConsumer<Socket, AddressLimits.Place> connected) {
            Thread.ofVirtual().name("accept").start(() -> accept(server, connected));
        }
    }

    /** @throws IOException when the address is in use or not ours; the message names it */
    public Door bind(InetSocketAddress address) throws IOException {
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
        listening.add(server);
        return new Door(server);
    }

    private void accept(ServerSocket server, BiConsumer<Socket, AddressLimits.Place> connected) {
        while (!server.isClosed()) try {
            enter(server.accept(), connected);
        } catch (IOException e) {
            if (server.isClosed()) return;
            LOG.warn("no connection can be accepted on port {}: {}", server.getLocalPort(), e.getMessage());
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BREATH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter(Socket socket, BiConsumer<Socket, AddressLimits.Place> connected) {
        var place = gate.enter(socket.getInetAddress());
        if (place.isEmpty()) close(socket);
        else Thread.ofVirtual().name("guest").start(() -> serve(socket, place.get(), connected));
    }

    private void serve(Socket socket, AddressLimits.Place place, BiConsumer<Socket, AddressLimits.Place> connected) {
        open.add(socket);
        try (socket) {
            socket.setTcpNoDelay(true);
            connected.accept(socket, place);
        } catch (IOException e) {
            LOG.debug("a connection of {} has failed", socket.getRemoteSocketAddress(), e);
        } catch (RuntimeException e) {
            LOG.error("bug: a connection of {} has failed", socket.getRemoteSocketAddress(), e);
        } finally {
            place.leave();
            open.remove(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection cannot be closed", e);
        }
    }

    /** Accepts no more; open connections stay. */
    public void stopListening() {
        for (var server : listening) try {
            server.close();
        } catch (IOException e) {
            LOG.debug("port {} cannot be given back", server.getLocalPort(), e);
        }
    }

    @Override public void close() {
        stopListening();
        open.forEach(BlockingAcceptor::close);
    }
}
