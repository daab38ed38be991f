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
 * Gives each request to the extension that answers there, on a virtual thread of its own, and sends what it answers.
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
        var doorkeeper = sockets.doorkeeper();
        doorkeeper.begin(connection);
        var ended = Callback.from(done, () -> doorkeeper.end(connection));
        request.addIdleTimeoutListener(_ -> false); // who waits for us may; who makes us wait may not
        Thread.ofVirtual().name("http").start(() -> serve(request, response, ended, connection));
        return true;
    }

    private void serve(Request request, org.eclipse.jetty.server.Response response, Callback done,
            EndPoint connection) {
        try {
            var route = Optional.<Route>empty();
            HttpReply answer;
            var pace = new TransferPace(settings.get().slowest().bytes(), settings.get().idle().toNanos());
            try {
                var sender = sender(request, connection);
                var path = URIUtil.decodePath(request.getHttpURI().getCanonicalPath());
                route = routes.of(door(request), path);
                answer = answer(request, sender, path, route, pace);
            } catch (HttpException refused) {
                answer = refused.response();
            }
            switch (answer) {
                case Response r -> send(route.map(Route::cors).orElse(Cors.NONE).on(r), request, response, pace, done);
                case WebSocketUpgrade upgrade -> sockets.open(upgrade, request, response, done);
            }
        } catch (HttpException late) { // while the body was sent
            done.failed(late);
        } catch (IOException | InterruptedException gone) {
            done.failed(gone);
        } catch (RuntimeException | Error e) {
            LOG.error("bug: {} {} failed", request.getMethod(), request.getHttpURI().getPath(), e);
            if (response.isCommitted()) done.failed(e);
            else org.eclipse.jetty.server.Response.writeError(request, response, done, 500);
        }
    }

    private static Route.Door door(Request request) {
        return Route.Door.valueOf(request.getConnectionMetaData().getConnector().getName());
    }

    private RequestSource sender(Request request, EndPoint connection) {
        if (!(connection.getRemoteSocketAddress() instanceof InetSocketAddress remote))
            throw new HttpException(400, "who are you?");
        boolean secure = connection.getSslSessionData() != null || TrustedProxyProtocol.saysSecure(connection);
        return new RequestSource(remote, secure, Optional.ofNullable(Request.getServerName(request)).orElse(""), false)
                .seenThrough(proxies, name -> request.getHeaders().getValuesList(name));
    }

    private HttpReply answer(Request request, RequestSource sender, String path, Optional<Route> found,
            TransferPace pace) throws IOException, InterruptedException {
        var session = Optional.ofNullable(sender.proxied() ? null : JettyRequest.session(request));
        var host = host(door(request), sender.name());
        var route = found.orElseThrow(() -> new HttpException(404, "there is nothing here"));
        if (request.getMethod().equals("OPTIONS")) return route.cors().preflight(route.methods());
        var incoming = new JettyRequest(request, sender, route, host, path, session, pace);
        boolean waits = request.getHeaders().contains(HttpHeader.EXPECT);
        try {
            if (!route.methods().contains(incoming.method()))
                throw new HttpException(Response.text(405, "not with " + request.getMethod()).with("Allow",
                        route.cors().preflight(route.methods()).headers().getOrDefault("Allow", "")));
            if (incoming.length() > route.largest())
                throw new HttpException(413, "larger than " + route.largest() + " bytes");
            var answer = route.handler().answer(incoming);
            if (answer instanceof Response) UnreadBody.discard(incoming, waits);
            return answer;
        } catch (HttpException refused) {
            UnreadBody.discard(incoming, waits);
            throw refused;
        }
    }

    /** Pages of other sites must not reach what is for this machine only, by a name of theirs that leads here. */
    private String host(Route.Door door, String name) {
        return switch (door) {
            case LOCAL -> {
                if (!LOOPBACK.contains(name)) throw new HttpException(421, "this is for programs on this machine");
                yield name;
            }
            case PUBLIC ->
                    urls.host(name).orElseThrow(() -> new HttpException(421, "'" + name + "' is not served here"));
        };
    }

    private static void send(Response answer, Request request, org.eclipse.jetty.server.Response response,
            TransferPace pace, Callback done) throws IOException {
        response.setStatus(answer.status());
        var headers = response.getHeaders();
        answer.headers().forEach(headers::put);
        headers.put("X-Content-Type-Options", "nosniff");
        switch (answer.body()) {
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
