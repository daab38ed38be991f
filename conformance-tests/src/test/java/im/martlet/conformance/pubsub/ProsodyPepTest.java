package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PepClient;
import im.martlet.conformance.harness.peers.Prosody;
import im.martlet.conformance.harness.peers.TestAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is published here is heard at a real Prosody, and the other way round. */
class ProsodyPepTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static FederatedServer martlet;

    @BeforeAll static void start() {
        assumeTrue(Prosody.isInstalled(), "Prosody is not installed");
        martlet = FederatedServer.start("martlet.example", AUTHORITY, DNS);
    }

    @AfterAll static void stop() {
        if (martlet != null) martlet.close();
        DNS.close();
    }

    @Test void devicesAndKeysAreHeardOfAndFetchedBothWays() throws Exception {
        try (var prosody = Prosody.start("capulet.example", AUTHORITY, AUTHORITY.certify("capulet.example"), DNS, "");
                var first = martlet.login("romeo"); var second = prosody.login("juliet")) {
            var romeo = new PepClient(first);
            var juliet = new PepClient(second);
            PepClient.befriend(romeo, juliet);
            PepClient.exchangeKeys(romeo, juliet);
        }
    }

    @Test void whoComesLaterIsSentWhatWasPublishedLast() throws Exception {
        try (var prosody = Prosody.start("verona.example", AUTHORITY, AUTHORITY.certify("verona.example"), DNS, "");
                var first = martlet.login("romeo")) {
            var romeo = new PepClient(first);
            try (var second = prosody.login("juliet")) {
                PepClient.befriend(romeo, new PepClient(second));
            }
            romeo.publish("urn:example:mood", "<mood xmlns='urn:example:mood'>in love</mood>");
            try (var second = prosody.login("juliet")) {
                var juliet = new PepClient(second);
                second.send(PepClient.presence());
                assertThat(juliet.until("message", "from='" + first.jid().bare() + "'", "in love").toString())
                        .as(prosody.log()).contains("urn:xmpp:delay");
                romeo.publish("urn:example:mood", "<mood xmlns='urn:example:mood'>banished</mood>");
                juliet.until("message", "banished");
            }
        }
    }
}
