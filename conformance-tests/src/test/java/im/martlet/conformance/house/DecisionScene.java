package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.peers.FakeComponent;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.PushAppServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The accounts, clients and room of one case of {@link DecisionCases}. A role is the name of an account, or the name
 * and a resource: {@code juliet} or {@code juliet/phone}. In the text that a client sends, {@code {juliet}} is the bare
 * JID of the account, {@code {juliet/phone}} is a full JID, and {@code {room}} is the address of a room that only this
 * case uses.
 */
final class DecisionScene implements AutoCloseable {
    static final String PUSH_SERVICE = "app.localhost";
    static final String SECRET = "hush";
    private static final String SM = "urn:xmpp:sm:3";
    private static final String MUC = "http://jabber.org/protocol/muc";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Pattern ROLE = Pattern.compile("\\{([a-z]+)(/[a-z]+)?}");

    private final LocalServer server;
    private final int number = NUMBER.incrementAndGet();
    private final Map<String, Jid> accounts = new LinkedHashMap<>(); // by name
    private final Map<String, Client> clients = new LinkedHashMap<>(); // by role

    private boolean anyAccount;

    DecisionScene(LocalServer server) { this.server = server; }

    LocalServer server() { return server; }

    /** Returns the bare JID of an account. Creates the account if this is its first use. */
    Jid account(String name) {
        return accounts.computeIfAbsent(name, server::account);
    }

    String room() { return "decisions" + number + "@conference.localhost"; }

    private static String name(String role) { return role.replaceAll("/.*", ""); }

    private static String resource(String role) { return role.contains("/") ? role.replaceAll(".*/", "") : "r"; }

    /** Returns the client of a role. Logs it in if this is its first use; it sends no presence. */
    Client client(String role) throws Exception {
        var client = clients.get(role);
        if (client == null) {
            client = server.login(account(name(role)), resource(role));
            clients.put(role, client);
        }
        return client;
    }

    private String fill(String xml) {
        return ROLE.matcher(xml.replace("{room}", room()))
                .replaceAll(
                        m -> Matcher.quoteReplacement(account(m.group(1)) + (m.group(2) == null ? "" : m.group(2))));
    }

    /** Lets a client send text, and waits until the server has handled it. */
    DecisionScene send(String role, String xml) throws Exception {
        client(role).send(fill(xml)).fence();
        return this;
    }

    /** Lets a client send a request, and waits for its result. */
    DecisionScene ask(String role, String xml) throws Exception {
        var client = client(role).send(fill(xml.replaceFirst("<iq ", "<iq id='ask' ")));
        assertThat(PeerScenarios.until(client, "id='ask'")).contains("type='result'");
        return this;
    }

    /** Waits until a client receives an element that contains these parts. Skips all elements before it. */
    String until(String role, String... parts) throws Exception {
        return PeerScenarios.until(client(role), parts);
    }

    /** Makes a client available. */
    DecisionScene available(String role) throws Exception {
        return send(role, "<presence/>");
    }

    /** Lets a client enable stream management, with resumption. */
    DecisionScene managed(String role) throws Exception {
        client(role).send("<enable xmlns='" + SM + "' resume='true'/>");
        until(role, "<enabled");
        return this;
    }

    /** Cuts the connection of a client that can resume its session. */
    DecisionScene detach(String role) throws Exception {
        client(role).close();
        server.awaitDetached(client(role).jid());
        return this;
    }

    /** Cuts the connection of a client, and waits until the server has ended its session. */
    DecisionScene end(String role) throws Exception {
        var client = clients.remove(role);
        client.close();
        server.awaitGone(client.jid());
        return this;
    }

    /** Lets a client create the room and enter it, with its name as nickname. */
    DecisionScene create(String role) throws Exception {
        enter(role);
        return ask(role, "<iq type='set' to='{room}'><query xmlns='" + MUC
                + "#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>");
    }

    /** Lets a client enter the room, with its name as nickname. */
    DecisionScene enter(String role) throws Exception {
        client(role).send("<presence to='" + room() + "/" + name(role) + "'><x xmlns='" + MUC + "'/></presence>");
        until(role, "code='110'");
        return this;
    }

    /** Lets the room's owner change the list of affiliations or roles. */
    DecisionScene administer(String role, String item) throws Exception {
        return ask(role, "<iq type='set' to='{room}'><query xmlns='" + MUC + "#admin'>" + item + "</query></iq>");
    }

    /** Lets a client enable push notifications at the push service. */
    DecisionScene enablePush(String role) throws Exception {
        return ask(role, "<iq type='set'><enable xmlns='urn:xmpp:push:0' jid='" + PUSH_SERVICE + "' node='n"
                + number + "'/></iq>");
    }

    /** Creates an account with a device that gets push notifications and has no session. */
    DecisionScene away(String role) throws Exception {
        return enablePush(role).end(role);
    }

    /** Connects the push service. */
    PushAppServer pushService() throws Exception {
        return new PushAppServer(server, PUSH_SERVICE, SECRET);
    }

    /** Waits for a notification of this scene at the push service. Ends the registrations of other scenes. */
    PushAppServer.Published notification(PushAppServer service) throws Exception {
        var next = service.next();
        for (; !next.node().equals("n" + number); next = service.next())
            service.refuse(next, "cancel", "item-not-found");
        return next;
    }

    /** Lets the push service end the registration of an account (XEP-0357 §8). */
    DecisionScene endRegistration(String name) throws Exception {
        try (var service = new FakeComponent(server.server().component().getFirst().getPort())) {
            service.connect(PUSH_SERVICE, SECRET).send("<message from='" + PUSH_SERVICE + "' to='" + account(name)
                    + "'><pubsub xmlns='http://jabber.org/protocol/pubsub' node='n" + number + "'><affiliation jid='"
                    + account(name) + "' affiliation='none'/></pubsub></message><iq type='get' from='" + PUSH_SERVICE
                    + "' to='localhost' id='fence'><ping xmlns='urn:xmpp:ping'/></iq>").until("id='fence'");
        }
        return this;
    }

    /** Accepts log lines about any account. */
    void ignoreAccounts() { anyAccount = true; }

    /** Stores so many messages for an offline account that a client with stream management must acknowledge some. */
    DecisionScene storeMessages(String from, String to) throws Exception {
        for (int i = 0; i < 40; i++) send(from, chat(to, "<body>" + "x".repeat(20_000) + "</body>"));
        return this;
    }

    /** Lets a client with stream management begin to catch up. It acknowledges nothing. */
    DecisionScene catchUp(String role) throws Exception {
        managed(role);
        client(role).send("<presence/>");
        until(role, "<message");
        return this;
    }

    /** Returns whether a log line names an account or the room of this scene, or no account at all. */
    boolean concerns(String line) {
        return anyAccount || line.contains(" account=- ") || line.contains(room())
                || accounts.values().stream().anyMatch(a -> line.contains(a.toString()));
    }

    static String chat(String to, String content) {
        return message("chat", "{" + to + "}", content);
    }

    static String message(String type, String to, String content) {
        return "<message type='" + type + "' to='" + to + "' id='m'>" + content + "</message>";
    }

    @Override public void close() throws IOException {
        for (Client client : clients.values()) client.close();
    }
}
