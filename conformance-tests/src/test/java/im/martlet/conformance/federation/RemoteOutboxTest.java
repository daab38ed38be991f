package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.ServerProcess;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.TestAuthority;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages outlast an outage of a remote server, if their host allows it, and an outage of this server. */
class RemoteOutboxTest {
    private static final String PATIENT = "retry = '1s'\ntimeout = '5s'";

    private static final Jid JULIET = Jid.parse("juliet@b.example");

    @TempDir Path folder;

    private static String message(String to, String id) {
        return "<message type='chat' id='" + id + "' to='" + to + "'><body>" + id + "</body></message>";
    }

    private static FederatedServer patient(TestAuthority authority, LoopbackDns dns, String outage) {
        return FederatedServer.start("a.example", authority, authority.certify("a.example"), dns, PATIENT,
                "outage = '" + outage + "'");
    }

    private static void awaitAcknowledgement(Client client) throws Exception {
        client.send("<r xmlns='urn:xmpp:sm:3'/>");
        while (!client.receive().name().equals("a"));
    }

    @Test void messagesForAnAbsentServerWaitAndArriveInOrderWithADelay() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var a = patient(authority, dns, "1h"); var romeo = a.login("romeo")) {
            // more than one page of the outbox
            for (int i = 0; i < 250; i++) romeo.send(message("juliet@b.example", "m" + i));
            romeo.send("<iq type='get' id='p' to='b.example'><ping xmlns='urn:xmpp:ping'/></iq>");
            // a request does not wait
            assertThat(PeerScenarios.until(romeo, "id='p'")).contains("remote-server-not-found");
            assertThat(a.server.command("s2s show", Map.of("domain", "b.example")).toString()).contains("kept=250");
            try (var b = FederatedServer.startWith(JULIET, authority, authority.certify("b.example"), dns);
                    var juliet = b.server.login(JULIET, "x")) {
                juliet.send("<presence/>");
                for (int i = 0; i < 250; i++) assertThat(PeerScenarios.until(juliet, "<message"))
                        .contains("id='m" + i + "'", "urn:xmpp:delay", "from='a.example'");
                romeo.send(message(juliet.jid().toString(), "now"));
                assertThat(PeerScenarios.until(juliet, "<message")).contains("id='now'")
                        .doesNotContain("urn:xmpp:delay");
                org.awaitility.Awaitility.await().until(() -> a.server
                        .command("s2s show", Map.of("domain", "b.example")).toString().contains("kept=0"));
                romeo.fence();
                assertThat(romeo.peek()).isNull();
            }
        }
    }

    @Test void messagesThatWaitTooLongAreBouncedOnce() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var a = patient(authority, dns, "2s"); var romeo = a.login("romeo")) {
            romeo.send(message("juliet@b.example", "m1") + message("juliet@b.example", "m2"));
            assertThat(romeo.receive().toString()).contains("id='m1'", "remote-server-timeout", "for too long",
                    "from='juliet@b.example'");
            assertThat(romeo.receive().toString()).contains("id='m2'", "remote-server-timeout");
            assertThat(a.server.command("s2s show", Map.of("domain", "b.example")).toString()).contains("kept=0");
            romeo.fence();
            assertThat(romeo.peek()).isNull();
        }
    }

    @Test void messagesNotAcknowledgedByADepartedServerWaitToo() throws Exception {
        var authority = new TestAuthority();
        var certificate = authority.certify("b.example");
        try (var dns = new LoopbackDns(); var a = patient(authority, dns, "1h"); var romeo = a.login("romeo")) {
            try (var b = FederatedServer.startWith(JULIET, authority, certificate, dns)) {
                romeo.send("<iq type='get' id='p' to='" + b.domain + "'><ping xmlns='urn:xmpp:ping'/></iq>");
                romeo.receive();
            }
            for (int i = 0; i < 20; i++) romeo.send(message(JULIET.toString(), "m" + i));
            dns.forget("b.example");
            try (var b = FederatedServer.startWith(JULIET, authority, certificate, dns);
                    var juliet = b.server.login(JULIET, "x")) {
                juliet.send("<presence/>");
                for (int i = 0; i < 20; i++)
                    assertThat(PeerScenarios.until(juliet, "<message")).contains("id='m" + i + "'");
            }
        }
    }

    @Test void acknowledgedMessagesArriveAfterAKill() throws Exception {
        try (var postgres = EmbeddedPostgres.builder().setOutputRedirector(Redirect.DISCARD)
                .setErrorRedirector(Redirect.DISCARD).start()) {
            assertAcknowledgedMessagesOutlastAKill(
                    "[storage]\nurl = '" + postgres.getJdbcUrl("postgres", "postgres") + "'\nuser = 'postgres'\n");
        }
    }

    @Test void acknowledgedMessagesArriveAfterAKillOnH2() throws Exception {
        assertAcknowledgedMessagesOutlastAKill("");
    }

    private void assertAcknowledgedMessagesOutlastAKill(String storage) throws Exception {
        var authority = new TestAuthority();
        var certificate = authority.certify("localhost");
        var settings = "[hosts.'localhost']\ncertificate = '" + certificate.certificate() + "'\nkey = '"
                + certificate.key() + "'\noutage = '1h'\n";
        try (var dns = new LoopbackDns();
                var server = new ServerProcess(folder, settings + storage, """
                        [federation]
                        enabled = true
                        ca = '%s'
                        dns = ["127.0.0.1:%d"]
                        retry = '1s'
                        private_addresses = true
                        """.formatted(authority.file(), dns.port()))) {
            server.start();
            var romeo = server.account("romeo");
            try (var client = server.login(romeo, "x")) {
                client.send("<enable xmlns='urn:xmpp:sm:3'/>");
                for (int i = 0; i < 50; i++) client.send(message("juliet@b.example", "m" + i));
                awaitAcknowledgement(client);
                client.send("<r xmlns='urn:xmpp:sm:3'/>");
                for (ReceivedXml a = client.receive(); !a.attribute("h").equals("50"); a = client.receive())
                    client.send("<r xmlns='urn:xmpp:sm:3'/>");
            }
            server.kill();
            try (var b = FederatedServer.startWith(JULIET, authority, authority.certify("b.example"), dns);
                    var juliet = b.server.login(JULIET, "x")) {
                juliet.send("<presence/>");
                server.start();
                for (int i = 0; i < 50; i++)
                    assertThat(PeerScenarios.until(juliet, "<message")).contains("id='m" + i + "'", "urn:xmpp:delay");
            }
        }
    }
}
