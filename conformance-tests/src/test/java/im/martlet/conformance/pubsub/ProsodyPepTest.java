package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.FederationFixture;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PepClient;
import im.martlet.conformance.harness.peers.Prosody;
import im.martlet.conformance.harness.peers.TestAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Items published here reach users of a real Prosody, and the other way round. */
class ProsodyPepTest {
    @RegisterExtension static final FederationFixture FEDERATION = FederationFixture.of("martlet.example")
            .beside("Prosody", Prosody::isInstalled);
    private static final LoopbackDns DNS = FEDERATION.dns();
    private static final TestAuthority AUTHORITY = FEDERATION.authority();

    private static FederatedServer martlet() { return FEDERATION.server("martlet.example"); }

    @Test void devicesAndKeysAreNotifiedAndFetchedInBothDirections() throws Exception {
        try (var prosody = Prosody.start("capulet.example", AUTHORITY, AUTHORITY.certify("capulet.example"), DNS, "");
                var first = martlet().login("romeo"); var second = prosody.login("juliet")) {
            var romeo = new PepClient(first);
            var juliet = new PepClient(second);
            PepClient.befriend(romeo, juliet);
            PepClient.exchangeKeys(romeo, juliet);
        }
    }

    @Test void aContactThatComesOnlineLaterIsSentTheLastItem() throws Exception {
        try (var prosody = Prosody.start("verona.example", AUTHORITY, AUTHORITY.certify("verona.example"), DNS, "");
                var first = martlet().login("romeo")) {
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
