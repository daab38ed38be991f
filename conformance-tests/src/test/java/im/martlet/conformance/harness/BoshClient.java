package im.martlet.conformance.harness;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A BOSH client (XEP-0124) that sends one request at a time. The test chooses the attributes of {@code <body/>}. */
public final class BoshClient {
    public static final String NS = "http://jabber.org/protocol/httpbind";

    private static final String PATH = "/http-bind";

    private final URI address;
    private final String[] headers;
    private final AtomicLong rid = new AtomicLong(1_000_000_000L + System.nanoTime() % 1_000_000);
    public String sid = "";

    private BoshClient(URI address, String... headers) {
        this.address = address;
        this.headers = headers;
    }

    public BoshClient(LocalServer server) {
        this(URI.create("https://localhost:" + server.server().http().secured().getFirst().getPort() + PATH));
    }

    /** Returns a client that connects like a reverse proxy on this machine, for a client that uses TLS. */
    public static BoshClient proxied(LocalServer server) {
        return new BoshClient(
                URI.create("http://localhost:" + server.server().http().plain().getFirst().getPort() + PATH),
                "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https");
    }

    public long nextRid() { return rid.incrementAndGet(); }

    public long lastRid() { return rid.get(); }

    public static String wrapped(String attributes, String payload) {
        return "<body xmlns='" + NS + "' xmlns:xmpp='urn:xmpp:xbosh' xmlns:stream='http://etherx.jabber.org/streams' "
                + attributes + ">" + payload + "</body>";
    }

    /** Begins a session. @param more further attributes of the request */
    public ReceivedXml begin(String to, String more) throws Exception {
        var answer = exchange("rid='" + nextRid() + "' to='" + to + "' ver='1.6' xmpp:version='1.0' " + more, "");
        sid = answer.attribute("sid");
        return answer;
    }

    /** Sends the next request, and waits for its reply. */
    public ReceivedXml say(String attributes, String payload) throws Exception {
        return exchange(next() + attributes, payload);
    }

    /** Sends a request, and returns its reply as a future. */
    public CompletableFuture<ReceivedXml> begin(long rid, String attributes, String payload) {
        return send("rid='" + rid + "' sid='" + sid + "' " + attributes, payload)
                .thenApply(answer -> ReceivedXml.parse(answer.body()));
    }

    private String next() { return "rid='" + nextRid() + "' sid='" + sid + "' "; }

    public ReceivedXml exchange(String attributes, String payload) throws Exception {
        var answer = send(attributes, payload).get(90, java.util.concurrent.TimeUnit.SECONDS);
        if (answer.statusCode() != 200) throw new IOException("HTTP status " + answer.statusCode());
        return ReceivedXml.parse(answer.body());
    }

    public CompletableFuture<HttpResponse<String>> send(String attributes, String payload) {
        return post(wrapped(attributes, payload));
    }

    public CompletableFuture<HttpResponse<String>> post(String text, String... more) {
        var request = HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString(text))
                .header("Content-Type", "text/xml; charset=utf-8");
        if (headers.length > 0) request.headers(headers);
        if (more.length > 0) request.headers(more);
        return WebSocketBridge.http().sendAsync(request.build(), BodyHandlers.ofString());
    }

    /** Sends a request without its last byte, then stalls until {@code goOn} is released. */
    public void stall(String text, CountDownLatch goOn) {
        var all = text.getBytes(StandardCharsets.UTF_8);
        var end = new InputStream() {
            @Override public int read() throws IOException {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
                return -1;
            }
        };
        var body = new SequenceInputStream(new ByteArrayInputStream(all, 0, all.length - 1), end);
        var request = HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                .header("Content-Type", "text/xml; charset=utf-8");
        WebSocketBridge.http().sendAsync(request.build(), BodyHandlers.ofString());
    }

    /** Logs in and binds a resource. */
    public BoshClient login(im.martlet.address.Jid account, String resource, String more) throws Exception {
        begin(account.domain(), more);
        say("", Client.plain(account.local(), LocalServer.PASSWORD));
        say("xmpp:restart='true' to='" + account.domain() + "'", "");
        say("", "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                + "<resource>" + resource + "</resource></bind></iq>");
        return this;
    }
}
