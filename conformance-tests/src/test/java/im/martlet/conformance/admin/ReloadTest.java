package im.martlet.conformance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.config.Config;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Kernel;
import im.martlet.server.Server;
import im.martlet.session.AccountDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Tests changes of the configuration while the server runs. */
class ReloadTest {
    private static final String LARGE = "<message><body>" + "x".repeat(12_000) + "</body></message>";

    @TempDir Path folder;
    private String settings;
    private Server server;

    @BeforeEach void start() throws Exception {
        settings = LocalServer.SETTINGS + "[server]\ndata = '" + folder.resolve("data")
                + "'\n[storage]\nurl = 'jdbc:h2:mem:reload" + System.nanoTime() + ";DB_CLOSE_DELAY=-1'\n";
        write(settings);
        server = Server.start(Config.load(folder.resolve("martlet.toml")));
    }

    @AfterEach void stop() { server.close(); }

    private void write(String text) throws Exception { Files.writeString(folder.resolve("martlet.toml"), text); }

    private void reload(String from, String to) throws Exception {
        write(settings.replace(from, to));
        server.reload();
    }

    private Client connect() throws Exception { return new Client(server.client().getFirst().getPort()); }

    @Test void newLimitsHoldForNewConnections() throws Exception {
        try (var old = connect().open("localhost")) {
            reload("[limits]", "[limits]\nstanza_before_login = 20000\n");
            assertThat(old.send(LARGE).streamError()).isEqualTo("policy-violation");
        }
        try (var fresh = connect().open("localhost")) {
            assertThat(fresh.features.child("limits").orElseThrow().child("max-bytes").orElseThrow().text())
                    .isEqualTo("20000");
            assertThat(fresh.send(LARGE).streamError()).isEqualTo("not-authorized");
        }
    }

    @Test void limitsOfDepthAndAttributesAreSettings() throws Exception {
        reload("[limits]", "[limits]\ndepth_before_login = 40\nattributes_before_login = 40\n");
        try (var client = connect().open("localhost")) {
            assertThat(client.send("<a>".repeat(30) + "</a>".repeat(30)).streamError())
                    .isEqualTo("unsupported-stanza-type");
        }
        try (var client = connect().open("localhost")) {
            assertThat(client.send("<a>".repeat(41)).streamError()).isEqualTo("policy-violation");
        }
    }

    @Test void limitOfConnectionsPerAddressIsReloaded() throws Exception {
        reload("waiting_per_address = 10000", "waiting_per_address = 1");
        try (var first = connect().open("localhost"); var second = connect()) {
            assertThat(first.features.child("starttls")).isPresent();
            assertThat(second.socket().getInputStream().read()).as("end of the connection").isEqualTo(-1);
        }
    }

    @Test void reloadReportsChangesNowAndAtTheNextStart() throws Exception {
        write(settings.replace("[limits]", "[archive]\nenabled = false\n[limits]\nidle = '10m'\nroster_items = 5\n")
                .replace("client_tls = [\"127.0.0.1:0\"]", "client_tls = []")
                .replace("per_hour = 0", "per_hour = 1")
                .replace("[hosts.\"other.example\"]", "[hosts.\"new.example\"]"));
        assertThat(server.reload()).contains("[limits] idle has changed", "[limits] roster_items has changed",
                "[registration] per_hour has changed",
                "[listen] client_tls changes at the next start", "[archive] enabled changes at the next start",
                "new.example is served from now on", "other.example is served no longer; its accounts are kept");
        assertThat(server.reload()).doesNotContain("[limits] idle has changed", "new.example is served from now on")
                .contains("[archive] enabled changes at the next start");
        write(settings);
        assertThat(server.reload()).contains("[limits] idle has changed", "other.example is served from now on")
                .doesNotContain("[archive] enabled changes at the next start");
    }

    @Test void limitsOfAccountsAreReloaded() throws Exception {
        create("romeo@localhost");
        create("juliet@localhost");
        reload("[limits]", "[limits]\nsessions_per_account = 1\nroster_items = 1\noffline_messages = 1\n");
        try (var romeo = login("romeo@localhost").bind("a"); var second = login("romeo@localhost")) {
            assertThat(second.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
                    .receive().child("error").orElseThrow().child("resource-constraint")).isPresent();
            assertThat(contact(romeo, "one").attribute("type")).isEqualTo("result");
            assertThat(contact(romeo, "two").attribute("type")).isEqualTo("error");
            for (String id : new String[]{ "m1", "m2" })
                romeo.send("<message id='" + id + "' to='juliet@localhost'><body>x</body></message>");
            assertThat(romeo.receive().attribute("id")).isEqualTo("m2");
            reload("[limits]", "[limits]\nsessions_per_account = 2\nroster_items = 2\noffline_messages = 2\n");
            assertThat(contact(romeo, "two").attribute("type")).isEqualTo("result");
            second.bind("b").fence();
            romeo.send("<message id='m3' to='juliet@localhost'><body>x</body></message>").fence();
            assertThat(romeo.peek()).isNull();
        }
    }

    private static ReceivedXml contact(Client client, String name) throws Exception {
        return client.send("<iq type='set' id='c'><query xmlns='jabber:iq:roster'><item jid='" + name
                + "@localhost'/></query></iq>").receive();
    }

    @Test void loginSettingsAreReloaded() throws Exception {
        create("romeo@localhost");
        reload("iterations = 4096\nfailures_per_minute = 1000000", "iterations = 5000\nfailures_per_minute = 1");
        create("juliet@localhost");
        try (var client = connect().open("localhost").secure()) {
            assertThat(iterations(client, "romeo")).isEqualTo("4096");
            assertThat(iterations(client, "juliet")).isEqualTo("5000");
            assertThat(client.send(Client.plain("romeo", "wrong")).receive().child("not-authorized")).isPresent();
            assertThat(
                    client.send(Client.plain("romeo", LocalServer.PASSWORD)).receive().child("temporary-auth-failure"))
                    .isPresent();
        }
    }

    @Test void theLogLevelOfOnePartIsReloaded() throws Exception {
        var archive = LoggerFactory.getLogger("im.martlet.archive.MessageArchiver");
        var muc = LoggerFactory.getLogger("im.martlet.extensions.muc.MultiUserChat");
        reload("[server]\n", "[server]\nlog = { default = 'info', archive = 'debug', muc = 'warn' }\n");
        assertThat(archive.isDebugEnabled()).isTrue();
        assertThat(muc.isInfoEnabled()).isFalse();
        reload("[server]\n", "[server]\nlog = 'info'\n");
        assertThat(archive.isDebugEnabled()).as("the default again").isFalse();
        assertThat(muc.isInfoEnabled()).as("the default again").isTrue();
    }

    @Test void anUnknownPartOfTheLogChangesNothing() throws Exception {
        assertThatThrownBy(() -> reload("[server]\n", "[server]\nlog = { carbon = 'debug' }\n"))
                .isInstanceOf(AdminException.class)
                .hasMessageContaining("unknown part 'carbon' in 'log' of [server]; did you mean 'carbons'?");
    }

    private static String iterations(Client client, String name) throws Exception {
        var first = Base64.getEncoder().encodeToString(("n,,n=" + name + ",r=abc").getBytes(UTF_8));
        var challenge = client
                .send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>" + first + "</auth>")
                .receive();
        client.send("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>").receive();
        return new String(Base64.getDecoder().decode(challenge.text()), UTF_8).replaceFirst(".*,i=(\\d+).*", "$1");
    }

    @Test void settingsOfExtensionsAreReloaded() throws Exception {
        reload("enabled = true", "enabled = false");
        try (var client = connect().open("localhost").secure()) {
            assertThat(client.features.child("register")).isEmpty();
            var answer = client.send("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>").receive();
            assertThat(answer.child("error").orElseThrow().child("service-unavailable")).as("XEP-0077 §3.1.1")
                    .isPresent();
        }
        write(settings.replace("abuse = [\"mailto:abuse@localhost\"]",
                "abuse = []\nadmin = [\"mailto:root@localhost\"]\n[stream_management]\nresumption = '7s'\n"));
        var before = capabilities();
        server.reload();
        assertThat(capabilities()).as("the hash of the server's disco info").isNotEqualTo(before);
        create("romeo@localhost");
        try (var client = login("romeo@localhost").bind("x")) {
            var info = client.send(
                    "<iq type='get' id='i' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                    .receive().toString();
            assertThat(info).contains("root@localhost").doesNotContain("abuse");
            assertThat(client.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>").receive().attribute("max"))
                    .isEqualTo("7");
        }
    }

    private String capabilities() throws Exception {
        var name = "caps" + System.nanoTime() + "@localhost";
        create(name);
        try (var client = login(name)) {
            return client.features.child("c").orElseThrow().attribute("ver");
        }
    }

    // ---- hosts

    private void create(String account) {
        server.injector().getInstance(Kernel.class).adminCommands().stream().filter(c -> c.name().equals("user add"))
                .findFirst().orElseThrow()
                .action().run(new Arguments(Map.of("account", account, "password", LocalServer.PASSWORD)));
    }

    private Client login(String account) throws Exception {
        var jid = Jid.parse(account);
        return connect().open(jid.domain()).secure().login(jid, LocalServer.PASSWORD);
    }

    @Test void newHostIsServedAfterReload() throws Exception {
        try (var early = connect()) {
            assertThat(early.send(Client.header("new.example")).hear().streamError()).isEqualTo("host-unknown");
        }
        assertThatThrownBy(() -> create("romeo@new.example")).isInstanceOf(AdminException.class);
        reload("[hosts.\"localhost\"]", "[hosts.\"localhost\"]\n[hosts.\"new.example\"]\n");
        create("romeo@new.example");
        create("juliet@localhost");
        try (var romeo = login("romeo@new.example").bind("x"); var juliet = login("juliet@localhost").bind("y");
                var tls = new Client(server.clientTls().getFirst().getPort())) {
            assertThat(certificate(romeo)).isEqualTo("CN=new.example");
            romeo.send("<message to='juliet@localhost/y'><body>hello</body></message>");
            assertThat(juliet.receive().attribute("from")).isEqualTo("romeo@new.example/x");
            juliet.send("<message to='romeo@new.example/x'><body>hello</body></message>");
            assertThat(romeo.receive().attribute("from")).isEqualTo("juliet@localhost/y");
            var info = romeo.send(
                    "<iq type='get' id='i' to='new.example'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                    .receive();
            assertThat(info.attribute("from") + " " + info.attribute("type")).isEqualTo("new.example result");
            assertThat(certificate(tls.handshakeWith("new.example"))).as("by SNI").isEqualTo("CN=new.example");
        }
    }

    private static String certificate(Client client) throws Exception {
        return ((X509Certificate) ((SSLSocket) client.socket()).getSession().getPeerCertificates()[0])
                .getSubjectX500Principal().toString();
    }

    @Test void removedHostIsNotServedAndKeepsItsAccounts() throws Exception {
        create("romeo@other.example");
        create("juliet@localhost");
        try (var romeo = login("romeo@other.example").bind("x"); var lost = login("romeo@other.example").bind("lost");
                var unbound = login("romeo@other.example"); var open = connect().open("other.example");
                var juliet = login("juliet@localhost").bind("y")) {
            romeo.send("<presence/><presence type='subscribed' to='juliet@localhost'/>").fence();
            juliet.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/>"
                    + "<presence type='subscribe' to='romeo@other.example'/>").fence();
            assertThat(lost.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>").receive().name())
                    .isEqualTo("enabled");
            lost.socket().close();
            romeo.fence();
            juliet.fence();
            while (juliet.peek() != null) juliet.receive();
            reload("[hosts.\"other.example\"]", "");
            while (romeo.peek() != null && !romeo.peek().is(Client.STREAMS, "error")) romeo.receive();
            for (var client : new Client[]{ romeo, unbound, open })
                assertThat(client.streamError()).isEqualTo("host-gone");
            var gone = juliet.receive();
            assertThat(gone.attribute("from") + " " + gone.attribute("type"))
                    .isEqualTo("romeo@other.example/x unavailable");
            var directory = server.injector().getInstance(AccountDirectory.class);
            await().until(() -> directory.live().noneMatch(account -> account.jid().domain().equals("other.example")));
            assertThat(juliet.send("<message id='m' to='romeo@other.example'><body>x</body></message>").receive()
                    .child("error").orElseThrow().child("remote-server-not-found")).isPresent();
        }
        try (var late = connect()) {
            assertThat(late.send(Client.header("other.example")).hear().streamError()).isEqualTo("host-unknown");
        }
        write(settings);
        server.reload();
        try (var romeo = login("romeo@other.example").bind("x")) {
            assertThat(romeo.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>").receive().toString())
                    .contains("juliet@localhost");
        }
    }

    @Test void firstHostMayBeRemoved() throws Exception {
        reload("[hosts.\"localhost\"]", "");
        create("romeo@other.example");
        try (var romeo = login("romeo@other.example").bind("x");
                var tls = new Client(server.clientTls().getFirst().getPort())) {
            romeo.fence();
            assertThat(certificate(tls.handshakeWith("192.0.2.1"))).as("a client without SNI")
                    .isEqualTo("CN=other.example");
        }
    }

    @Test void invalidFileChangesNothing() throws Exception {
        for (String wrong : new String[]{ "[limits]\nstanza_before_login = 20000\nidel = '3m'\n",
                "[registratoin]\n[limits]\n", "[limits]\nstanza = 'x'\n" }) {
            write(settings.replace("[limits]", wrong));
            assertThatThrownBy(server::reload).isInstanceOf(AdminException.class)
                    .hasMessageContaining("everything stays as it is").hasMessageContaining("martlet.toml:");
        }
        try (var client = connect().open("localhost")) {
            assertThat(client.send(LARGE).streamError()).isEqualTo("policy-violation");
        }
    }
}
