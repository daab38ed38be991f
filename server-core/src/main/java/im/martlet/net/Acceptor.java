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

/** Accepts connections on any number of addresses; all share a few I/O threads. */
public final class Acceptor implements AutoCloseable {
    /** How connections on an address begin. */
    public sealed interface Mode {
        /** In the clear; TLS is negotiated later. */
        record StartTls(Peers peers) implements Mode {
            public StartTls() { this(Peers.CLIENTS); }
        }

        /**
         * With TLS. {@code alpn} is the protocol's name for clients that ask (XEP-0368), {@code host} whose certificate
         * is shown to those that name none, asked each time.
         */
        record DirectTls(String alpn, Supplier<String> host, Peers peers) implements Mode {
            public DirectTls(String alpn, Supplier<String> host) { this(alpn, host, Peers.CLIENTS); }
        }

        Peers peers();
    }

    /** Who connects to an address. */
    public enum Peers {
        /** They are asked for no certificate. */
        CLIENTS,
        /** They are asked for a certificate, and may show none or any. */
        SERVERS
    }

    private static final int BACKLOG = 1024;

    private final IoProcessor<NioSession> processors =
            new SimpleIoProcessorPool<>(NioProcessor.class, Runtime.getRuntime().availableProcessors());
    private final List<NioSocketAcceptor> listening = new CopyOnWriteArrayList<>();
    private final TlsSettings tls;
    private final AddressLimits gate;
    private final ClosingConnections lingering = new ClosingConnections();

    public Acceptor(TlsSettings tls, AddressLimits gate) {
        this.tls = tls;
        this.gate = gate;
    }

    /**
     * Begins to accept.
     *
     * @param connected takes each new connection; it must set the transport's handler at once
     * @return the address, with the port that was chosen when 0 was asked for
     * @throws IOException when the address is in use or not ours; the message names it
     */
    public InetSocketAddress listen(InetSocketAddress address, Mode mode, Consumer<Transport> connected)
            throws IOException {
        if (address.isUnresolved())
            throw new IOException("cannot listen on " + address.getHostString() + ": the name is not known");
        var acceptor = new NioSocketAcceptor(processors);
        acceptor.setReuseAddress(true);
        acceptor.setCloseOnDeactivation(false); // whoever is connected is told before it ends
        acceptor.setBacklog(BACKLOG);
        acceptor.getSessionConfig().setTcpNoDelay(true);
        acceptor.getSessionConfig().setReadBufferSize(4096);
        acceptor.getSessionConfig().setMaxReadBufferSize(32 * 1024);
        acceptor.setHandler(new MinaEvents(session -> {
            if (!gate.enter(session)) return;
            var transport = new MinaTransport(session, tls, lingering,
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
        listening.add(acceptor);
        return acceptor.getLocalAddress();
    }

    /** Accepts no more; open connections stay. */
    public void stopListening() {
        listening.forEach(NioSocketAcceptor::unbind);
    }

    /** Opens the place of a connection that has logged in to another that has not. */
    public void loggedIn(Transport transport) {
        if (transport instanceof MinaTransport mina) gate.loggedIn(mina.session());
    }

    @Override public void close() {
        for (NioSocketAcceptor acceptor : listening) {
            acceptor.unbind();
            acceptor.getManagedSessions().values().forEach(IoSession::closeNow);
            acceptor.dispose(false);
        }
        processors.dispose();
        lingering.close();
    }
}
