package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.auth.PasswordHasher;
import im.martlet.config.Config;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.extension.AdminException;
import im.martlet.extension.Kernel;
import im.martlet.server.Server;
import im.martlet.storage.account.Accounts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the rules for remote domains: allowed, denied, and limited in rate. */
class PolicyTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static FederatedServer other;

    @TempDir Path folder;
    private String domain;
    private String settings;
    private Server server;

    @BeforeAll static void startOther() { other = FederatedServer.start("other.example", AUTHORITY, DNS); }

    @AfterAll static void stopOther() {
        other.close();
        DNS.close();
    }

    @BeforeEach void start() throws Exception {
        domain = "p" + NUMBER.incrementAndGet() + ".example";
        settings = FederatedServer.settings(domain, AUTHORITY, AUTHORITY.certify(domain, "*." + domain), DNS, "")
                + "[server]\ndata = '" + folder.resolve("data") + "'\n[storage]\nurl = 'jdbc:h2:mem:policy" + domain
                + ";DB_CLOSE_DELAY=-1'\n";
        write(settings);
        server = Server.start(Config.load(folder.resolve("martlet.toml")));
        DNS.server(domain, "xmpp-server", 10, server.server().getFirst().getPort());
    }

    @AfterEach void stop() { server.close(); }

    private void write(String text) throws Exception { Files.writeString(folder.resolve("martlet.toml"), text); }

    /** Reloads the settings, with more lines in the section of the host. */
    private void reload(String more) throws Exception {
        write(settings.replace("[listen]\n", more + "\n[listen]\n"));
        server.reload();
    }

    private Client romeo() throws Exception {
        var injector = server.injector();
        var jid = Jid.of("romeo" + NUMBER.incrementAndGet(), domain, "");
        injector.getInstance(Accounts.class)
                .create(jid, injector.getInstance(PasswordHasher.class).verifiers(LocalServer.PASSWORD)).orElseThrow();
        return new Client(server.client().getFirst().getPort()).open(domain).secure().login(jid, LocalServer.PASSWORD)
                .bind("x");
    }

    private static String message(Client to, String id) {
        return "<message type='chat' id='" + id + "' to='" + to.jid() + "'><body>" + id + "</body></message>";
    }

    private String command(String name, Map<String, String> arguments) {
        return server.injector().getInstance(Kernel.class).adminCommands().stream().filter(c -> c.name().equals(name))
                .findFirst().orElseThrow()
                .action().run(new im.martlet.extension.Arguments(arguments)).toString();
    }

    private String streams() { return command("s2s list", Map.of()); }

    @Test void deniedDomainIsCutOffFromTheReloadOn() throws Exception {
        try (var romeo = romeo(); var juliet = other.login("juliet")) {
            romeo.send(message(juliet, "m1"));
            assertThat(juliet.receive().attribute("id")).isEqualTo("m1");
            await().until(() -> command("s2s show", Map.of("domain", "other.example")).contains("unacknowledged=0"));
            reload("deny = [\"OTHER.example\"]");
            await().until(() -> !streams().contains("other.example"));
            assertThat(romeo.send(message(juliet, "m2")).receive().toString()).contains("id='m2'", "not-allowed",
                    "does not talk to other.example");
            assertThat(juliet.send(message(romeo, "m3")).receive().toString()).contains("id='m3'", "type='error'",
                    "remote-server-timeout");
            juliet.fence();
            assertThat(juliet.peek()).isNull();
            reload("");
            romeo.send(message(juliet, "m4"));
            assertThat(juliet.receive().attribute("id")).isEqualTo("m4");
        }
    }

    @Test void listedHostTalksOnlyToAllowedDomains() throws Exception {
        reload("servers = \"listed\"\nallow = [\"*.friends.example\", \"other.example\"]");
        try (var romeo = romeo(); var juliet = other.login("juliet")) {
            romeo.send(message(juliet, "m1"));
            assertThat(juliet.receive().attribute("id")).isEqualTo("m1");
            for (String stranger : new String[]{ "friends.example", "xfriends.example", "another.example" })
                assertThat(romeo.send("<message id='s' to='x@" + stranger + "'><body>x</body></message>").receive()
                        .toString()).as(stranger).contains("not-allowed");
            assertThat(romeo.send("<message id='s' to='x@best.friends.example'><body>x</body></message>").receive()
                    .toString()).contains("remote-server-not-found");
        }
    }

    @Test void streamOfADeniedDomainIsRefused() throws Exception {
        reload("deny = [\"*.evil.example\", \"evil.example\"]");
        try (var peer = new PeerServer(server.server().getFirst().getPort())) {
            assertThat(peer.send(PeerServer.header("evil.example", domain)).rest()).contains("policy-violation",
                    "does not talk to evil.example");
        }
    }

    @Test void dialbackOfADeniedDomainIsRefusedOnAStreamOfAnAllowedDomain() throws Exception {
        reload("deny = [\"*.evil.example\", \"evil.example\"]");
        try (var peer = new PeerServer(server.server().getFirst().getPort())) {
            peer.secure("good.example", domain, AUTHORITY.certify("good.example", "sub.evil.example"));
            assertThat(peer.send("<db:result from='sub.evil.example' to='" + domain + "'>key</db:result>")
                    .until("</db:result>")).contains("policy-violation");
        }
    }

    @Test void streamToAnOpenHostDoesNotReachAHostThatDeniesTheDomain() throws Exception {
        reload("deny = [\"evil.example\"]\n[hosts.\"open." + domain + "\"]");
        try (var romeo = romeo(); var peer = new PeerServer(server.server().getFirst().getPort())) {
            peer.secure("evil.example", "open." + domain, AUTHORITY.certify("evil.example"));
            peer.send("<db:result from='evil.example' to='open." + domain + "'>any</db:result>")
                    .until("type='valid'/>");
            peer.send("<message id='m' from='x@evil.example' to='" + romeo.jid() + "'><body>x</body></message>"
                    + "<iq type='get' id='p' from='x@evil.example' to='open." + domain
                    + "'><ping xmlns='urn:xmpp:ping'/></iq>");
            romeo.fence();
            assertThat(romeo.peek()).isNull();
        }
    }

    @Test void invalidListIsRejected() {
        assertThatThrownBy(() -> reload("deny = [\"juliet@other.example\"]")).isInstanceOf(AdminException.class)
                .hasMessageContaining("must be a list of domains");
        assertThatThrownBy(() -> reload("servers = \"closed\"")).isInstanceOf(AdminException.class)
                .hasMessageContaining("\"open\" or \"listed\"");
    }

    @Test void federationSettingsChangeOnReload() throws Exception {
        write(settings.replace("[federation]\n", "[federation]\nsecure = \"certificate\"\n"));
        assertThat(server.reload()).contains("[federation] secure has changed");
        try (var peer = new PeerServer(server.server().getFirst().getPort())) {
            assertThat(peer.secure("unknown.example", domain, null)).doesNotContain("features:dialback");
        }
        write(settings.replace("[federation]\n", "[federation]\nsecure = \"sometimes\"\n"));
        assertThatThrownBy(server::reload).isInstanceOf(AdminException.class)
                .hasMessageContaining("must be one of [certificate, dialback, plain]");
    }

    @Test void rateLimitOfADomainHoldsForAllItsStreamsTogether() throws Exception {
        write(settings.replace("[federation]\n", "[federation]\nstanza = \"10 KB\"\nrate = \"10 KB\"\n"));
        server.reload();
        try (var romeo = romeo(); var juliet = other.login("juliet"); var one = flooding(); var two = flooding()) {
            var flood = "<message from='x@flood.example' to='" + romeo.jid() + "' type='headline' id='f'><body>"
                    + "x".repeat(5_000) + "</body></message>";
            Thread.ofVirtual().start(() -> pour(one, flood));
            // after 8 messages the bucket of 40 KB is empty, for both streams
            for (int i = 0; i < 8; i++) assertThat(romeo.receive().attribute("id")).isEqualTo("f");
            var second = "<message from='x@flood.example' to='" + romeo.jid()
                    + "' type='headline' id='second'><body>x</body></message>";
            Thread.ofVirtual().start(() -> pour(two, second)); // the whole flood would take minutes
            juliet.send(message(romeo, "fast")); // other domains are not slowed down
            int floods = 0;
            for (ReceivedXml next = romeo.receive(); !next.attribute("id").equals("fast"); next = romeo.receive())
                floods++;
            assertThat(floods).isLessThan(10_000);
        }
    }

    private PeerServer flooding() throws Exception {
        var peer = new PeerServer(server.server().getFirst().getPort());
        peer.secure("flood.example", domain, AUTHORITY.certify("flood.example"));
        peer.send("<db:result from='flood.example' to='" + domain + "'>any</db:result>").until("type='valid'/>");
        return peer;
    }

    private static void pour(PeerServer peer, String text) {
        try {
            for (int i = 0; i < 10_000; i++) peer.send(text);
        } catch (java.io.IOException closed) {
            // the test has ended
        }
    }
}
