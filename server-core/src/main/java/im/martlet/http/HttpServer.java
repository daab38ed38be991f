package im.martlet.http;

import im.martlet.config.HostPort;
import im.martlet.net.TlsSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.WebSocketComponents;

/** Listens for HTTP/1.1 and HTTP/2 on all configured addresses and gives the requests to the routes. */
public final class HttpServer implements AutoCloseable {
    private static final String HTTP_1 = "http/1.1"; // RFC 7301 §6
    private static final int MAX_STREAMS = 100; // of one connection of HTTP/2
    private static final int MAX_THREADS = 64;
    private static final int CHECK_MILLIS = 250;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

    private final Server jetty;
    private final HttpSettings settings;
    private final ConnectionLimits limits;
    private final TrustedProxies proxies;
    private final HostTls tls;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("http-clock").daemon().factory());
    private final List<InetSocketAddress> secure = new ArrayList<>();
    private final List<InetSocketAddress> plain = new ArrayList<>();
    private final List<InetSocketAddress> local = new ArrayList<>();

    /**
     * Begins to listen.
     *
     * @param current the current settings, which a reload may change
     * @param hosts the served domains; a client without SNI gets the certificate of the first one
     * @throws IOException if an address is in use or does not belong to this machine; the message names it
     */
    public HttpServer(Supplier<HttpSettings> current, TlsSettings tls, Supplier<Set<String>> hosts, List<Route> routes,
            PublicUrls urls) throws IOException {
        this.settings = current.get();
        this.tls = new HostTls(tls, hosts);
        this.proxies = new TrustedProxies(current);
        this.limits = new ConnectionLimits(current, proxies);
        var threads = new QueuedThreadPool(MAX_THREADS);
        threads.setName("http");
        threads.setDaemon(true);
        jetty = new Server(threads);
        var components = new WebSocketComponents();
        jetty.addBean(components);
        jetty.setHandler(new HttpDispatcher(new Routes(routes), urls, current, proxies,
                new OpenWebSockets(components, limits, clock)));
        jetty.setErrorHandler((request, response, done) -> {
            Content.Sink.write(response, true, response.getStatus() + "\n", done);
            return true;
        });
        jetty.setStopTimeout(0); // close() waits for open requests before
        if (settings.enabled()) start();
        if (!secure.isEmpty()) urls.listening(secure.getFirst().getPort());
        clock.scheduleWithFixedDelay(() -> limits.closeIdle(System.nanoTime()), CHECK_MILLIS, CHECK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void start() throws IOException {
        try {
            jetty.start();
            listen(settings.tls(), secure, Route.Front.PUBLIC, this::secure);
            listen(settings.plain(), plain, Route.Front.PUBLIC, this::behindProxy);
            listen(settings.local(), local, Route.Front.LOCAL,
                    () -> List.of(new HttpConnectionFactory(configuration())));
        } catch (IOException e) {
            close();
            throw e;
        } catch (Exception e) {
            close();
            throw new IllegalStateException(e);
        }
    }

    private void listen(List<HostPort> addresses, List<InetSocketAddress> bound, Route.Front front,
            Supplier<List<ConnectionFactory>> protocols) throws Exception {
        for (var address : addresses) {
            var connector = new Listener(jetty, protocols.get());
            connector.setName(front.name());
            connector.setHost(address.host().isEmpty() ? null : address.host());
            connector.setPort(address.port());
            connector.setIdleTimeout(settings.idle().toMillis());
            connector.setReuseAddress(true);
            try {
                connector.open();
            } catch (IOException e) {
                throw new IOException(
                        "cannot listen on " + address.host() + " port " + address.port() + ": " + reason(e), e);
            }
            jetty.addConnector(connector);
            connector.start();
            bound.add(new InetSocketAddress(address.host().isEmpty() ? "0.0.0.0" : address.host(),
                    connector.getLocalPort()));
        }
    }

    private static String reason(Throwable e) {
        return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
    }

    private List<ConnectionFactory> secure() {
        var http1 = new HttpConnectionFactory(configuration());
        var http2 = bounded(new HTTP2ServerConnectionFactory(configuration()));
        // Jetty's own name is in capitals, and no client uses it
        var alpn = new ALPNServerConnectionFactory(http2.getProtocol(), HTTP_1);
        alpn.setDefaultProtocol(http1.getProtocol());
        var ssl = new SslConnectionFactory(tls, alpn.getProtocol());
        ssl.addBean(new SslHandshakeListener() {
            @Override public void handshakeSucceeded(Event event) {
                tls.handshake(event.getSSLEngine().getSession().getProtocol());
            }
        });
        return List.of(new TrustedProxyProtocol(proxies, ssl.getProtocol()), ssl, alpn, http2, http1);
    }

    private List<ConnectionFactory> behindProxy() {
        var http1 = new HttpConnectionFactory(configuration());
        return List.of(new TrustedProxyProtocol(proxies, http1.getProtocol()), http1,
                bounded(new HTTP2CServerConnectionFactory(configuration())));
    }

    private static <F extends org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory> F bounded(F http2) {
        http2.setMaxConcurrentStreams(MAX_STREAMS);
        return http2;
    }

    private HttpConfiguration configuration() {
        var configuration = new HttpConfiguration();
        configuration.setRequestHeaderSize(settings.headers().toInt());
        configuration.setSendServerVersion(false);
        configuration.setIdleTimeout(settings.idle().toMillis());
        return configuration;
    }

    /** Returns the addresses for HTTPS. */
    public List<InetSocketAddress> secured() { return List.copyOf(secure); }

    /** Returns the addresses for HTTP without TLS. */
    public List<InetSocketAddress> plain() {
        return List.copyOf(plain);
    }

    /** Returns the addresses for programs on this machine. */
    public List<InetSocketAddress> local() {
        return List.copyOf(local);
    }

    /** Stops accepting. Open connections stay. */
    public void stopListening() {
        for (var connector : jetty.getConnectors())
            if (connector instanceof ServerConnector listening) listening.close();
    }

    /** Waits a moment for open requests, then closes all connections. */
    @Override public void close() {
        try {
            limits.awaitQuiet(STOP_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clock.shutdownNow();
        try {
            jetty.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One address on which the server listens. Counts its connections in the {@link ConnectionLimits}. */
    private final class Listener extends ServerConnector {
        Listener(Server server, List<ConnectionFactory> protocols) {
            super(server, 1, Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                    protocols.toArray(ConnectionFactory[]::new));
        }

        @Override protected void onEndPointOpened(EndPoint connection) {
            super.onEndPointOpened(connection);
            limits.enter(connection);
        }

        @Override protected void onEndPointClosed(EndPoint connection) {
            limits.leave(connection);
            super.onEndPointClosed(connection);
        }
    }
}
