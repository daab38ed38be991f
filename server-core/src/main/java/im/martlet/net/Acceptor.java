package im.martlet.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.mina.core.service.IoProcessor;
import org.apache.mina.core.service.SimpleIoProcessorPool;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioProcessor;
import org.apache.mina.transport.socket.nio.NioSession;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;

/** Accepts connections on any number of addresses. All connections share a few I/O threads. */
public final class Acceptor implements AutoCloseable {
    /** The way in which connections on an address begin. */
    public sealed interface Mode {
        /** Connections begin unencrypted and negotiate TLS later. */
        record StartTls(Peers peers) implements Mode {
            public StartTls() { this(Peers.CLIENTS); }
        }

        /**
         * Connections begin with TLS.
         *
         * @param alpn the name of the protocol, for clients that use ALPN (XEP-0368)
         * @param host the host for clients without SNI, which get its certificate; read for each connection
         * @param peers the kind of peers that connect
         */
        record DirectTls(String alpn, Supplier<String> host, Peers peers) implements Mode {
            public DirectTls(String alpn, Supplier<String> host) { this(alpn, host, Peers.CLIENTS); }
        }

        Peers peers();
    }

    /** The kind of peers that connect to an address. */
    public enum Peers {
        /** Clients. The server requests no certificate. */
        CLIENTS,
        /** Other servers. The server requests a certificate and accepts any or none. */
        SERVERS
    }

    private static final int BACKLOG = 1024;

    private final IoProcessor<NioSession> processors =
            new SimpleIoProcessorPool<>(NioProcessor.class, Runtime.getRuntime().availableProcessors());
    private final List<NioSocketAcceptor> acceptors = new CopyOnWriteArrayList<>();
    private final TlsSettings tls;
    private final AddressLimits limits;
    private final ClosingConnections closing = new ClosingConnections();

    public Acceptor(TlsSettings tls, AddressLimits limits) {
        this.tls = tls;
        this.limits = limits;
    }

    /**
     * Begins to accept connections.
     *
     * @param connected receives each new connection and must set the transport's handler at once
     * @return the address; for port 0, with the port that the system chose
     * @throws IOException if the address is in use or does not belong to this machine; the message names it
     */
    public InetSocketAddress listen(InetSocketAddress address, Mode mode, Consumer<Transport> connected)
            throws IOException {
        if (address.isUnresolved())
            throw new IOException("cannot listen on " + address.getHostString() + ": the name is not known");
        var acceptor = new NioSocketAcceptor(processors);
        acceptor.setReuseAddress(true);
        acceptor.setCloseOnDeactivation(false); // a stop ends each stream properly
        acceptor.setBacklog(BACKLOG);
        acceptor.getSessionConfig().setTcpNoDelay(true);
        acceptor.getSessionConfig().setReadBufferSize(4096);
        acceptor.getSessionConfig().setMaxReadBufferSize(32 * 1024);
        acceptor.setHandler(new MinaEvents(session -> {
            if (!limits.enter(session)) return;
            var transport = new MinaTransport(session, tls, closing,
                    mode.peers() == Peers.SERVERS ? MinaTransport.Kind.SERVER : MinaTransport.Kind.CLIENT);
            MinaEvents.attach(session, transport);
            if (mode instanceof Mode.DirectTls direct) transport.startTls(direct);
            connected.accept(transport);
        }));
        try {
            acceptor.bind(address);
        } catch (IOException e) {
            acceptor.dispose();
            throw new IOException("cannot listen on " + address.getHostString() + " port " + address.getPort() + ": "
                    + e.getMessage(), e);
        }
        acceptors.add(acceptor);
        return acceptor.getLocalAddress();
    }

    /** Stops accepting. Open connections stay. */
    public void stopListening() {
        acceptors.forEach(NioSocketAcceptor::unbind);
    }

    /** Stops counting a connection among those of its address that have not logged in. */
    public void loggedIn(Transport transport) {
        if (transport instanceof MinaTransport mina) limits.loggedIn(mina.session());
    }

    @Override public void close() {
        for (NioSocketAcceptor acceptor : acceptors) {
            acceptor.unbind();
            acceptor.getManagedSessions().values().forEach(IoSession::closeNow);
            acceptor.dispose(false);
        }
        processors.dispose();
        closing.close();
    }
}
