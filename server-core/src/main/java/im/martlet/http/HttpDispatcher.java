package im.martlet.http;

import im.martlet.http.Response.Body;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each request to the route that handles its path, on a virtual thread of its own, and sends the reply.
 */
final class HttpDispatcher extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDispatcher.class);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Routes routes;
    private final PublicUrls urls;
    private final Supplier<HttpSettings> settings;
    private final TrustedProxies proxies;
    private final OpenWebSockets sockets;

    HttpDispatcher(Routes routes, PublicUrls urls, Supplier<HttpSettings> settings, TrustedProxies proxies,
            OpenWebSockets sockets) {
        this.routes = routes;
        this.urls = urls;
        this.settings = settings;
        this.proxies = proxies;
        this.sockets = sockets;
    }

    @Override public boolean handle(Request request, org.eclipse.jetty.server.Response response, Callback done) {
        var connection = request.getConnectionMetaData().getConnection().getEndPoint();
        var limits = sockets.limits();
        limits.begin(connection);
        var ended = Callback.from(done, () -> limits.end(connection));
        request.addIdleTimeoutListener(_ -> false); // TransferPace limits slow clients, and a handler may take long
        Thread.ofVirtual().name("http").start(() -> serve(request, response, ended, connection));
        return true;
    }

    private void serve(Request request, org.eclipse.jetty.server.Response response, Callback done,
            EndPoint connection) {
        try {
            var route = Optional.<Route>empty();
            HttpReply reply;
            var pace = new TransferPace(settings.get().slowest().bytes(), settings.get().idle().toNanos());
            try {
                var source = source(request, connection);
                var path = URIUtil.decodePath(request.getHttpURI().getCanonicalPath());
                route = routes.of(front(request), path);
                reply = reply(request, source, path, route, pace);
            } catch (HttpException refused) {
                reply = refused.response();
            }
            switch (reply) {
                case Response r -> send(route.map(Route::cors).orElse(Cors.NONE).on(r), request, response, pace, done);
                case WebSocketUpgrade upgrade -> sockets.open(upgrade, request, response, done);
            }
        } catch (HttpException tooSlow) { // while the body was sent
            done.failed(tooSlow);
        } catch (IOException | InterruptedException gone) {
            done.failed(gone);
        } catch (RuntimeException | Error e) {
            LOG.error("bug: {} {} failed", request.getMethod(), request.getHttpURI().getPath(), e);
            if (response.isCommitted()) done.failed(e);
            else org.eclipse.jetty.server.Response.writeError(request, response, done, 500);
        }
    }

    private static Route.Front front(Request request) {
        return Route.Front.valueOf(request.getConnectionMetaData().getConnector().getName());
    }

    private RequestSource source(Request request, EndPoint connection) {
        if (!(connection.getRemoteSocketAddress() instanceof InetSocketAddress remote))
            throw new HttpException(400, "the connection has no address");
        boolean secure = connection.getSslSessionData() != null || TrustedProxyProtocol.saysSecure(connection);
        return new RequestSource(remote, secure, Optional.ofNullable(Request.getServerName(request)).orElse(""), false)
                .seenThrough(proxies, name -> request.getHeaders().getValuesList(name));
    }

    private HttpReply reply(Request request, RequestSource source, String path, Optional<Route> found,
            TransferPace pace) throws IOException, InterruptedException {
        var session = Optional.ofNullable(source.proxied() ? null : JettyRequest.session(request));
        var host = host(front(request), source.name());
        var route = found.orElseThrow(() -> new HttpException(404, "there is no page at this path"));
        if (request.getMethod().equals("OPTIONS")) return route.cors().preflight(route.methods());
        var incoming = new JettyRequest(request, source, route, host, path, session, pace);
        boolean expectsContinue = request.getHeaders().contains(HttpHeader.EXPECT);
        try {
            if (!route.methods().contains(incoming.method()))
                throw new HttpException(
                        Response.text(405, "this path does not allow " + request.getMethod()).with("Allow",
                                route.cors().preflight(route.methods()).headers().getOrDefault("Allow", "")));
            if (incoming.length() > route.maxBytes()) throw HttpException.tooLarge(route.maxBytes());
            var reply = route.handler().answer(incoming);
            if (reply instanceof Response) UnreadBody.discard(incoming, expectsContinue);
            return reply;
        } catch (HttpException refused) {
            UnreadBody.discard(incoming, expectsContinue);
            throw refused;
        }
    }

    /**
     * Returns the served domain of a request. The front for this machine accepts only names of this machine. Otherwise
     * a web page could reach it through a domain of its own that resolves to this machine.
     */
    private String host(Route.Front front, String name) {
        return switch (front) {
            case LOCAL -> {
                if (!LOOPBACK.contains(name)) throw new HttpException(421,
                        "only programs on this machine may use this address: call it localhost");
                yield name;
            }
            case PUBLIC ->
                    urls.host(name)
                            .orElseThrow(() -> new HttpException(421, "this server does not serve '" + name + "'"));
        };
    }

    private static void send(Response reply, Request request, org.eclipse.jetty.server.Response response,
            TransferPace pace, Callback done) throws IOException {
        response.setStatus(reply.status());
        var headers = response.getHeaders();
        reply.headers().forEach(headers::put);
        headers.put("X-Content-Type-Options", "nosniff");
        switch (reply.body()) {
            case Body.Bytes(byte[] bytes) -> response.write(true, ByteBuffer.wrap(bytes), done);
            case Body.Streamed(long length, var writer) -> {
                if (length >= 0) headers.put(HttpHeader.CONTENT_LENGTH, length);
                if (request.getMethod().equals("HEAD")) response.write(true, null, done);
                else {
                    try (var out = pace.of(Content.Sink.asOutputStream(response))) {
                        writer.write(out);
                    }
                    done.succeeded();
                }
            }
        }
    }
}
