package im.martlet.conformance.harness;

import im.martlet.xml.Element;
import im.martlet.xml.ElementParser;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import im.martlet.xml.XmlWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Carries one client's stream from TCP to BOSH: a request for each thing it says, and one that waits whenever none
 * does.
 */
public final class BoshBridge implements XmlStream.Receiver {
    private static final String HEADER =
            "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' from='localhost' id='x'>";

    private final Socket client;
    private final BoshClient bosh;
    private final XmlStream xml = new XmlStream(new ElementParser(), new XmlLimits(64 << 20, 1000, 1000), this); // guarded by itself
    private int waiting; // guarded by this, as is the next
    private long written; // the request whose answer was written last
    private final java.util.TreeMap<Long, String> answers = new java.util.TreeMap<>(); // that came before their turn; guarded by this
    private boolean over;

    private BoshBridge(Socket client, BoshClient bosh) {
        this.client = client;
        this.bosh = bosh;
    }

    /** A port for one connection, from which BOSH goes on to a server. */
    public static int to(LocalServer server) throws IOException {
        var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("bridge").start(() -> {
            try (port; var client = port.accept()) {
                new BoshBridge(client, new BoshClient(server)).carry();
            } catch (IOException gone) { // and so is the test
            }
        });
        return port.getLocalPort();
    }

    private void carry() {
        var bytes = new byte[8192];
        try {
            for (int read = client.getInputStream().read(bytes); read >= 0; read = client.getInputStream().read(bytes))
                synchronized (xml) {
                    xml.feed(ByteBuffer.wrap(bytes, 0, read));
                }
        } catch (IOException | XmlException gone) { // it vanishes without a word
        }
        synchronized (this) {
            over = true;
        }
    }

    @Override public void header(StreamHeader header) {
        var to = header.element().attribute("to").orElse("");
        request(bosh.sid.isEmpty() ? "to='" + to + "' ver='1.6' xmpp:version='1.0' hold='1' wait='60'"
                : "xmpp:restart='true' to='" + to + "'", "");
    }

    @Override public void element(Element element) { request("", XmlWriter.toString(element)); }

    @Override public void end() { request("type='terminate'", ""); }

    private synchronized void request(String attributes, String payload) {
        if (over) return;
        while (bosh.sid.isEmpty() && waiting > 0 || waiting > 1) try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        waiting++;
        long rid = bosh.nextRid();
        if (written == 0) written = rid - 1;
        bosh.send("rid='" + rid + "' " + (bosh.sid.isEmpty() ? "" : "sid='" + bosh.sid + "' ") + attributes, payload)
                .whenComplete((answer, failed) -> {
                    if (failed == null) heard(rid, answer.body());
                    else leave();
                });
    }

    private synchronized void heard(long rid, String answer) {
        waiting--;
        answers.put(rid, answer);
        for (var next = answers.remove(written + 1); next != null; next = answers.remove(written + 1)) {
            written++;
            write(next);
        }
        notifyAll();
        if (waiting == 0 && !over) Thread.ofVirtual().start(this::poll);
    }

    private synchronized void poll() { if (waiting == 0 && !over && !restarting) request("", ""); }

    private boolean restarting; // guarded by this: a poll before the restart would be in its way

    private void write(String answer) {
        var body = ReceivedXml.parse(answer);
        if (!body.attribute("sid").isEmpty()) bosh.sid = body.attribute("sid");
        var inside =
                answer.endsWith("/>") ? "" : answer.substring(answer.indexOf('>') + 1, answer.lastIndexOf("</body>"));
        if (inside.contains("<stream:features")) {
            restarting = false;
            inside = HEADER + inside;
        }
        if (inside.startsWith("<success")) {
            restarting = true;
            synchronized (xml) {
                xml.restart();
            }
        }
        boolean last = body.attribute("type").equals("terminate");
        if (last && inside.contains("<stream:error") && !opened) inside = HEADER + inside;
        opened |= inside.contains("<stream:features");
        try {
            client.getOutputStream()
                    .write((inside + (last ? "</stream:stream>" : "")).getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) { // the client does not want it
            over = true;
        }
        if (last) leave();
    }

    private boolean opened; // guarded by this

    private synchronized void leave() {
        over = true;
        try {
            client.close();
        } catch (IOException gone) { // which is what is wanted
        }
    }
}
