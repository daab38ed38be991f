package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.SaslMessages;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests logins with SASL2 (XEP-0388) and Bind 2 (XEP-0386), beyond the dialogues. */
class LoginTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String PHONE =
            "<user-agent xmlns='urn:xmpp:sasl:2' id='d4565fa7-4d72-4749-b3d3-740edbf87770'>"
                    + "<software>Swan</software><device>a phone</device></user-agent>";
    private static final String BIND = "<bind xmlns='urn:xmpp:bind:0'><tag>%s</tag></bind>";

    private static SaslMessages sasl(Jid account) { return new SaslMessages(account, LocalServer.PASSWORD); }

    private static Client connect(LocalServer server, Jid account) throws Exception {
        return server.connect().open(account.domain()).secure(account);
    }

    /** Connects a client and logs it in with its password. */
    private static Client login(Jid account, String... more) throws Exception {
        var client = connect(SERVER, account);
        assertThat(client.authenticate("PLAIN", sasl(account).plain(""), more).name()).isEqualTo("success");
        return client;
    }

    // ---- the stream

    @Test void streamHeaderIsAddressedToTheClientsJid() throws Exception { // RFC 6120 §4.7.2
        var juliet = SERVER.account("juliet");
        try (var client = connect(SERVER, juliet)) {
            assertThat(client.header.attribute("to")).isEqualTo(juliet.toString());
        }
    }

    @Test void fromOfAnotherDomainEndsTheStream() throws Exception { // XEP-0388 §2.1
        try (var client = SERVER.connect()) {
            client.send(Client.header("localhost").replace(" to=", " from='juliet@other.example' to=")).hear();
            assertThat(client.streamError()).isEqualTo("invalid-from");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "@", "localhost", "" }) void invalidFromIsIgnored(String from)
            throws Exception { // §2.1: "not a recognised bare JID"
        var juliet = SERVER.account("juliet");
        try (var client = SERVER.connect().open("localhost").secure()) {
            client.send("</stream:stream>");
        }
        try (var client = SERVER.connect()) {
            client.send(Client.header("localhost").replace(" to=", " from='" + from + "' to=")).awaitFeatures()
                    .secure();
            assertThat(client.authenticate("PLAIN", sasl(juliet).plain("")).name()).isEqualTo("success");
        }
    }

    @Test void featuresDoNotRevealWhetherAnAccountExists() throws Exception { // §3
        try (var client = connect(SERVER, SERVER.account("juliet"));
                var nobody = connect(SERVER, Jid.parse("nobody@localhost"))) {
            assertThat(client.features.toString()).isEqualTo(nobody.features.toString());
        }
    }

    @Test void sasl2IsNotOfferedBeforeTls() throws Exception { // §3
        try (var client = SERVER.connect().open("localhost")) {
            assertThat(client.features.child("authentication")).isEmpty();
            client.send("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'/>");
            assertThat(client.receive().child("encryption-required")).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({ "TLSv1.2", "TLSv1.3" }) void sasl2WorksWithBothVersionsOfTls(String version) throws Exception {
        var juliet = SERVER.account("juliet");
        try (var client = new Client(SERVER.tlsPort())) {
            client.version(version).handshake("xmpp-client").open("localhost");
            assertThat(client.authenticate("PLAIN", sasl(juliet).plain(""), BIND.formatted("direct")).child("bound"))
                    .isPresent();
            assertThat(((SSLSocket) client.socket()).getSession().getProtocol()).isEqualTo(version);
            client.fence();
        }
    }

    @Test void sessionHasTheLimitsOfALoggedInClient() throws Exception {
        try (var client = login(SERVER.account("juliet"), BIND.formatted("x"))) {
            client.send("<message to='" + client.jid() + "'><body>" + "x".repeat(100_000) + "</body></message>");
            assertThat(client.receive().child("body").orElseThrow().text()).hasSize(100_000);
        }
    }

    @Test void tooManyFailedLoginsEndTheStream() throws Exception {
        try (var client = connect(SERVER, SERVER.account("juliet"))) {
            for (int i = 0; i < 7; i++)
                assertThat(client.authenticate("PLAIN", "AGEAYg==").name()).isEqualTo("failure");
            client.send(
                    "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGEAYg==</initial-response></authenticate>");
            assertThat(client.streamError()).isEqualTo("policy-violation");
        }
    }

    // ---- downgrade protection (XEP-0474 §6.2)

    private static List<String> texts(ReceivedXml parent, String name) {
        return parent.children().stream().filter(c -> c.name().equals(name)).map(ReceivedXml::text).toList();
    }

    private static List<String> types(ReceivedXml bindings) {
        return bindings.children().stream().map(c -> c.attribute("type")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = { "authentication", "mechanisms" }) void hashRevealsRemovedMechanismsAndBindings(
            String profile) throws Exception {
        var juliet = SERVER.account("juliet");
        try (var client = connect(SERVER, juliet)) {
            boolean old = profile.equals("mechanisms");
            client.send(old
                    ? "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>"
                            + sasl(juliet).scram() + "</auth>"
                    : "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-256'><initial-response>"
                            + sasl(juliet).scram() + "</initial-response></authenticate>");
            var serverHash = SaslMessages.hash(client.receive().text());
            var mechanisms = texts(client.features.child(profile).orElseThrow(), "mechanism");
            var bindings = types(client.features.child("sasl-channel-binding").orElseThrow());
            assertThat(mechanisms).hasSize(7);
            assertThat(SaslMessages.hash(mechanisms, bindings)).isEqualTo(serverHash);
            // an attacker removed the -PLUS mechanisms, the better hash, or the better channel binding
            assertThat(SaslMessages.hash(mechanisms.stream().filter(m -> !m.endsWith("-PLUS")).toList(), List.of()))
                    .isNotEqualTo(serverHash);
            assertThat(SaslMessages.hash(mechanisms.stream().filter(m -> !m.contains("512")).toList(), bindings))
                    .isNotEqualTo(serverHash);
            assertThat(SaslMessages.hash(mechanisms, List.of("tls-server-end-point"))).isNotEqualTo(serverHash);
        }
    }

    // ---- the session

    @Test void clientWithIdKeepsItsResourceWhichDoesNotRevealTheId() throws Exception { // XEP-0386 §3.2.1
        var juliet = SERVER.account("juliet");
        String resource;
        try (var client = login(juliet, PHONE, BIND.formatted("Swan"))) {
            resource = client.jid().resource();
            assertThat(resource).matches("Swan/[A-Za-z0-9_-]{12}");
            assertThat("d4565fa7-4d72-4749-b3d3-740edbf87770").doesNotContain(resource.substring(5));
        }
        try (var client = login(juliet, PHONE, BIND.formatted("Swan"));
                var other = login(SERVER.account("romeo"), PHONE, BIND.formatted("Swan"))) {
            assertThat(client.jid().resource()).isEqualTo(resource);
            assertThat(other.jid().resource()).isNotEqualTo(resource);
        }
    }

    @Test void clientWithoutIdGetsANewResourceEachTime() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var one = login(juliet, BIND.formatted("Swan")); var other = login(juliet, BIND.formatted("Swan"))) {
            assertThat(one.jid().resource()).startsWith("Swan/").isNotEqualTo(other.jid().resource());
            one.fence();
            other.fence();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "&#x202E;", "a&#x7F;b" }) void invalidTagIsLeftOutOfTheResource(String tag)
            throws Exception {
        try (var client = login(SERVER.account("juliet"), BIND.formatted(tag))) {
            assertThat(client.jid().resource()).matches("[A-Za-z0-9_-]{12}");
        }
        try (var client = login(SERVER.account("juliet"), BIND.formatted("x".repeat(1020)))) {
            assertThat(client.jid().resource()).hasSize(12);
        }
    }

    @Test void newLoginOfAClientReplacesItsOldSession() throws Exception { // XEP-0386 §3.2
        var juliet = SERVER.account("juliet");
        try (var before = login(juliet, PHONE, BIND.formatted("Swan"));
                var other = login(juliet, BIND.formatted("Swan"));
                var after = login(juliet, PHONE, BIND.formatted("Swan 2"))) {
            assertThat(before.streamError()).isEqualTo("conflict");
            assertThat(after.jid()).isNotEqualTo(other.jid());
            other.fence();
            after.fence();
        }
    }

    @Test void loginFailsWhenBindFails() throws Exception {
        try (var server =
                LocalServer.start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nsessions_per_account = 1\n"))) {
            var juliet = server.account("juliet");
            try (var first = server.login(juliet, "x"); var client = connect(server, juliet)) {
                var failure = client.authenticate("PLAIN", sasl(juliet).plain(""), BIND.formatted("y"));
                assertThat(failure.name()).isEqualTo("failure");
                assertThat(failure.child("temporary-auth-failure")).isPresent();
                assertThat(failure.child("resource-constraint")).isPresent();
                first.send("</stream:stream>").receive();
                server.awaitGone(first.jid());
                assertThat(client.authenticate("PLAIN", sasl(juliet).plain(""), BIND.formatted("y")).child("bound"))
                        .as("another attempt").isPresent();
            }
        }
    }

    @Test void unarchivedOfflineMessageIsDelivered() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            romeo.send("<message type='chat' to='" + juliet + "' id='kept'><body>in the archive</body></message>"
                    + "<message type='chat' to='" + juliet
                    + "' id='passing'><body>not there</body><no-permanent-store xmlns='urn:xmpp:hints'/></message>"
                    + "<message type='chat' to='" + juliet + "' id='later'><body>in the archive</body></message>")
                    .fence();
            try (var client = login(juliet, BIND.formatted("x"))) {
                client.send("<presence/>").receive();
                assertThat(client.receive().attribute("id")).isEqualTo("passing");
                client.fence();
                assertThat(client.peek()).isNull();
            }
        }
    }

    /** XEP-0386 §3.2: "Clear the offline messages". */
    @Test void bind2LoginClearsOfflineMessagesForOldClients() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            romeo.send("<message type='chat' to='" + juliet + "'><body>good evening</body></message>").fence();
            var log = SERVER.server().injector().getInstance(im.martlet.session.AccountDirectory.class);
            try (var modern = login(juliet, BIND.formatted("x"))) {
                modern.fence();
                org.awaitility.Awaitility.await().until(
                        () -> log.live().filter(a -> a.jid().equals(juliet)).noneMatch(a -> a.log().hasWaiting()));
                try (var old = SERVER.login(juliet, "old")) {
                    old.send("<presence/>").receive();
                    old.fence();
                    assertThat(old.peek()).isNull();
                }
            }
        }
    }

    @Test void withoutArchiveOfflineMessagesAreDeliveredAndNoArchiveIsAnnounced() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS + "[archive]\nenabled = false\n")) {
            var juliet = server.account("juliet");
            try (var romeo = server.login(server.account("romeo"), "x"); var client = connect(server, juliet)) {
                romeo.send("<message type='chat' to='" + juliet + "'><body>good evening</body></message>").fence();
                var success = client.authenticate("PLAIN", sasl(juliet).plain(""), BIND.formatted("x"));
                assertThat(success.child("bound").orElseThrow().children()).isEmpty();
                client.send("<presence/>").receive();
                assertThat(client.receive().child("body").orElseThrow().text()).isEqualTo("good evening");
            }
        }
    }

    // ---- costs

    /** Returns a new connection: H2 caches the result of the same query on one connection. */
    private static Connection connection(LocalServer server) throws SQLException {
        return DriverManager.getConnection(server.database(), "", "");
    }

    /** Returns the executions of each statement, without checks of the connection pool. */
    private static Map<String, Long> statements(LocalServer server) throws SQLException {
        var all = new HashMap<String, Long>();
        try (var database = connection(server); var statement = database.createStatement(); var rows = statement
                .executeQuery("select sql_statement, execution_count from information_schema.query_statistics")) {
            while (rows.next()) all.put(rows.getString(1).strip(), rows.getLong(2));
        }
        all.keySet().removeIf(sql -> sql.startsWith("SET ") || sql.contains("query_statistics")
                || sql.toUpperCase().contains("READONLY()") || sql.contains("QUERY_STATISTICS"));
        return all;
    }

    @Test void resumptionWithATokenIsOneRoundTripAndOneQuery() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS); var database = connection(server)) {
            var juliet = server.account("juliet");
            String token;
            String session;
            try (var first = connect(server, juliet)) {
                var success = first.authenticate("PLAIN", sasl(juliet).plain(""), PHONE,
                        "<bind xmlns='urn:xmpp:bind:0'><enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>",
                        "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>");
                token = success.child("token").orElseThrow().attribute("token");
                session = success.child("bound").orElseThrow().child("enabled").orElseThrow().attribute("id");
            }
            resume(server, juliet, token, session); // the first use is stored
            database.createStatement().execute("set query_statistics true");
            var before = statements(server);
            resume(server, juliet, token, session);
            var executed = statements(server).entrySet().stream()
                    .filter(e -> e.getValue() > before.getOrDefault(e.getKey(), 0L))
                    .collect(Collectors.toMap(Map.Entry::getKey,
                            e -> e.getValue() - before.getOrDefault(e.getKey(), 0L)));
            assertThat(executed).hasSize(1).allSatisfy((sql, times) -> {
                assertThat(sql).startsWith("select").contains("login_token");
                assertThat(times).isEqualTo(1);
            });
        }
    }

    /** Sends the stream header and the login together, without waiting for the server. */
    private static void resume(LocalServer server, Jid juliet, String token, String session) throws Exception {
        try (var client = new Client(server.tlsPort()).handshake("xmpp-client")) {
            var login = "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-EXPR'><initial-response>"
                    + sasl(juliet).proof(token, SaslMessages.binding(client, "tls-exporter")) + "</initial-response>"
                    + PHONE
                    + "<fast xmlns='urn:xmpp:fast:0'/><resume xmlns='urn:xmpp:sm:3' previd='" + session
                    + "' h='0'/></authenticate>";
            client.send(Client.header("localhost").replace(" to=", " from='" + juliet + "' to=") + login)
                    .awaitFeatures();
            assertThat(client.receive().child("resumed")).isPresent();
        }
    }
}
