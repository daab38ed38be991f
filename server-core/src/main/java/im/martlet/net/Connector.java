package im.martlet.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.apache.mina.core.future.ConnectFuture;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioSocketConnector;

/** Connects to remote servers. Any thread. */
public final class Connector implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 10_000;

    private final NioSocketConnector connector = new NioSocketConnector(Runtime.getRuntime().availableProcessors());
    private final TlsSettings tls;
    private final ClosingConnections closing = new ClosingConnections();

    public Connector(TlsSettings tls) {
        this.tls = tls;
        connector.setConnectTimeoutMillis(PATIENCE_MILLIS);
        connector.getSessionConfig().setTcpNoDelay(true);
        connector.getSessionConfig().setReadBufferSize(4096);
        connector.getSessionConfig().setMaxReadBufferSize(32 * 1024);
        connector.setHandler(new MinaEvents(session -> MinaEvents.attach(session,
                new MinaTransport(session, tls, closing, MinaTransport.Kind.OUTGOING))));
    }

    /**
     * Connects. The caller may set the transport's handler later. No event is lost until then.
     *
     * @return the connection; it fails with an {@link IOException} after ten seconds at most if there is none
     */
    public CompletableFuture<Transport> connect(InetSocketAddress address) {
        var result = new CompletableFuture<Transport>();
        try {
            connector.connect(address).addListener((ConnectFuture done) -> {
                if (!done.isConnected()) result.completeExceptionally(new IOException(reason(done.getException())));
                else if (MinaEvents.transport(done.getSession()) instanceof MinaTransport transport) {
                    if (!result.complete(transport)) transport.close(); // the caller has cancelled the attempt
                }
            });
        } catch (RuntimeException e) { // the kernel refuses the address at once
            result.completeExceptionally(new IOException(reason(e)));
        }
        return result;
    }

    private static String reason(Throwable cause) {
        return cause == null ? "no connection"
                : String.valueOf(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    @Override public void close() {
        connector.getManagedSessions().values().forEach(IoSession::closeNow);
        connector.dispose(false);
        closing.close();
    }
}
