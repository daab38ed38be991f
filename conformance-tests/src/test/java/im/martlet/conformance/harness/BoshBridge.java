package im.martlet.conformance.harness;

import im.martlet.xml.Element;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlWriter;
import java.io.IOException;
import java.net.Socket;
import java.util.TreeMap;

/**
 * Carries one client's stream from TCP to BOSH (XEP-0124, XEP-0206). Each element of the client is one request. When no
 * request is pending, the bridge sends an empty one, so that the server can answer at any time.
 */
public final class BoshBridge extends StreamBridge {
    private static final String HEADER = "<?xml version='1.0'?><stream:stream xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' version='1.0' from='localhost' id='x'>";

    private final BoshClient bosh;
    private final TreeMap<Long, String> earlyReplies = new TreeMap<>(); // guarded by this, as are all fields below
    private int pending; // requests without a reply
    private long written; // id of the request with the last written reply
    private boolean opened; // the client has received a stream header
    private boolean restarting; // a poll before the restart would be taken for the restart
    private boolean over;

    private BoshBridge(Socket client, BoshClient bosh) {
        super(client);
        this.bosh = bosh;
    }

    /** Returns a port for one connection, which BOSH carries on to a server. */
    public static int to(LocalServer server) throws IOException {
        return listen(client -> new BoshBridge(client, new BoshClient(server)));
    }

    @Override synchronized void clientLeft() { over = true; }

    @Override public void header(StreamHeader header) {
        var to = header.element().attribute("to").orElse("");
        request(bosh.sid.isEmpty() ? "to='" + to + "' ver='1.6' xmpp:version='1.0' hold='1' wait='60'"
                : "xmpp:restart='true' to='" + to + "'", "");
    }

    @Override public void element(Element element) { request("", XmlWriter.toString(element)); }

    @Override public void end() { request("type='terminate'", ""); }

    private synchronized void request(String attributes, String payload) {
        if (over) return;
        while (bosh.sid.isEmpty() && pending > 0 || pending > 1) try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        pending++;
        long rid = bosh.nextRid();
        if (written == 0) written = rid - 1;
        bosh.send("rid='" + rid + "' " + (bosh.sid.isEmpty() ? "" : "sid='" + bosh.sid + "' ") + attributes, payload)
                .whenComplete((reply, failure) -> {
                    if (failure == null) received(rid, reply.body());
                    else leave();
                });
    }

    private synchronized void received(long rid, String reply) {
        pending--;
        earlyReplies.put(rid, reply);
        for (var next = earlyReplies.remove(written + 1); next != null; next = earlyReplies.remove(written + 1)) {
            written++;
            writeReply(next);
        }
        notifyAll();
        if (pending == 0 && !over) Thread.ofVirtual().start(this::poll);
    }

    private synchronized void poll() { if (pending == 0 && !over && !restarting) request("", ""); }

    private void writeReply(String reply) {
        var body = ReceivedXml.parse(reply);
        if (!body.attribute("sid").isEmpty()) bosh.sid = body.attribute("sid");
        var payload =
                reply.endsWith("/>") ? "" : reply.substring(reply.indexOf('>') + 1, reply.lastIndexOf("</body>"));
        if (payload.contains("<stream:features")) {
            restarting = false;
            payload = HEADER + payload;
        }
        if (payload.startsWith("<success")) {
            restarting = true;
            restart();
        }
        boolean last = body.attribute("type").equals("terminate");
        if (last && payload.contains("<stream:error") && !opened) payload = HEADER + payload;
        opened |= payload.contains("<stream:features");
        if (!write(payload + (last ? "</stream:stream>" : ""))) over = true;
        if (last) leave();
    }

    private synchronized void leave() {
        over = true;
        closeClient();
    }
}
