package im.martlet.http;

import im.martlet.net.ChannelBindings;
import im.martlet.net.Transport;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request of Jetty, as extensions see it. */
record JettyRequest(Request jetty, RequestSource source, Route route, String host, String path,
        Optional<SSLSession> session, TransferPace pace) implements im.martlet.http.Request {
    /** Returns the TLS session of the request's connection; null without TLS. */
    static @Nullable SSLSession session(Request jetty) {
        var data = jetty.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        return data == null ? null : data.sslSession();
    }

    @Override public String method() {
        return switch (jetty.getMethod()) {
            case "HEAD", "CONNECT" -> "GET"; // RFC 8441: CONNECT requests a WebSocket over HTTP/2
            default -> jetty.getMethod();
        };
    }

    @Override public String rest() { return path.substring(Math.min(path.length(), route.path().length())); }

    @Override public Optional<String> parameter(String name) {
        return Optional.ofNullable(Request.extractQueryParameters(jetty).getValue(name));
    }

    @Override public Optional<String> header(String name) { return Optional.ofNullable(jetty.getHeaders().get(name)); }

    @Override public InetSocketAddress remote() { return source.remote(); }

    @Override public Optional<Transport.TlsSession> tls() {
        return session.map(s -> ChannelBindings.describe(s, jetty.getConnectionMetaData().getProtocol()));
    }

    @Override public boolean isSecure() { return source.secure(); }

    @Override public Optional<byte[]> channelBinding(Transport.ChannelBinding type) {
        return session.flatMap(s -> ChannelBindings.of(type, s));
    }

    @Override public long length() { return jetty.getLength(); }

    @Override public InputStream body() { return pace.of(Content.Source.asInputStream(jetty), route.maxBytes()); }
}
