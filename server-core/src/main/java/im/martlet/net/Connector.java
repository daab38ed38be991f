package im.martlet.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.apache.mina.core.future.ConnectFuture;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioSocketConnector;

/** Connects to other servers. Any thread. */
public final class Connector implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 10_000;

    private final NioSocketConnector connector = new NioSocketConnector(Runtime.getRuntime().availableProcessors());
    private final TlsSettings tls;
    private final ClosingConnections lingering = new ClosingConnections();

    public Connector(TlsSettings tls) {
        this.tls = tls;
        connector.setConnectTimeoutMillis(PATIENCE_MILLIS);
        connector.getSessionConfig().setTcpNoDelay(true);
        connector.getSessionConfig().setReadBufferSize(4096);
        connector.getSessionConfig().setMaxReadBufferSize(32 * 1024);
        connector.setHandler(new MinaEvents(session -> MinaEvents.attach(session,
                new MinaTransport(session, tls, lingering, MinaTransport.Kind.OUTGOING))));
    }

    /**
     * Connects. The transport's handler may be set later; nothing is lost until then.
     *
     * @return fails with an {@link IOException} when nobody answers there, in ten seconds at most
     */
    public CompletableFuture<Transport> connect(InetSocketAddress address) {
        var result = new CompletableFuture<Transport>();
        try {
            connector.connect(address).addListener((ConnectFuture done) -> {
                if (!done.isConnected()) result.completeExceptionally(new IOException(reason(done.getException())));
                else if (MinaEvents.transport(done.getSession()) instanceof MinaTransport transport) {
                    if (!result.complete(transport)) transport.close(); // nobody wants it any more
                }
            });
        } catch (RuntimeException e) { // an address that the kernel does not even try
            result.completeExceptionally(new IOException(reason(e)));
        }
        return result;
    }

    private static String reason(Throwable why) {
        return why == null ? "no connection"
                : String.valueOf(why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage());
    }

    @Override public void close() {
        connector.getManagedSessions().values().forEach(IoSession::closeNow);
        connector.dispose(false);
        lingering.close();
    }
}
