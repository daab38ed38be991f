package im.martlet.conformance.harness.peers;

import im.martlet.conformance.harness.LocalServer;
import java.util.regex.Pattern;

/** An app server of XEP-0357, connected as a component (XEP-0114). The test chooses its replies. */
public final class PushAppServer implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("<iq [^>]*\\bid='([^']+)'");
    private static final Pattern NODE = Pattern.compile("<publish node='([^']*)'");
    private static final Pattern ITEM = Pattern.compile("<item id='([^']+)'");

    /** A notification that the server published. */
    public record Published(String id, String node, String item, String xml) {}

    private final FakeComponent component;
    private final String domain;

    public PushAppServer(LocalServer server, String domain, String secret) throws Exception {
        this(server.server().component().getFirst().getPort(), domain, secret);
    }

    public PushAppServer(int port, String domain, String secret) throws Exception {
        this.domain = domain;
        component = new FakeComponent(port).connect(domain, secret);
    }

    /** Waits for the next notification, without answering it. */
    public Published next() throws Exception {
        var xml = component.until("</iq>");
        return new Published(first(ID, xml), first(NODE, xml), first(ITEM, xml), xml);
    }

    /** Waits for the next notification, and accepts it. */
    public Published accept() throws Exception {
        var published = next();
        answer(published, "type='result'/>");
        return published;
    }

    public void refuse(Published published, String type, String condition) throws Exception {
        answer(published, "type='error'><error type='" + type + "'><" + condition
                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    }

    private void answer(Published published, String rest) throws Exception {
        component.send("<iq from='" + domain + "' to='localhost' id='" + published.id + "' " + rest);
    }

    /** Checks that no notification has arrived since the last one. */
    public void assertNoNotification() throws Exception {
        var received = component.send(
                "<iq type='get' from='" + domain + "' to='localhost' id='fence'><ping xmlns='urn:xmpp:ping'/></iq>")
                .until("id='fence'");
        if (received.contains("<publish")) throw new AssertionError(received);
        component.until(">");
    }

    private static String first(Pattern pattern, String xml) {
        var matcher = pattern.matcher(xml);
        if (!matcher.find()) throw new AssertionError(pattern + " is not in " + xml);
        return matcher.group(1);
    }

    @Override public void close() throws java.io.IOException { component.close(); }
}
