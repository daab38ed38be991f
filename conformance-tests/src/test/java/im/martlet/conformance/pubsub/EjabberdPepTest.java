package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.conformance.federation.EjabberdTest;
import im.martlet.conformance.harness.peers.Ejabberd;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PepClient;
import im.martlet.conformance.harness.peers.TestAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Items published here reach users of a real ejabberd, and the other way round. */
class EjabberdPepTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static FederatedServer martlet;

    @BeforeAll static void start() {
        assumeTrue(Ejabberd.isInstalled(), "ejabberd is not installed");
        martlet = FederatedServer.start("martlet.example", AUTHORITY,
                EjabberdTest.both(AUTHORITY, "martlet.example", "*.martlet.example"), DNS, "");
        DNS.onThisMachine("martlet.example", "xmpp-server", martlet.port());
    }

    @AfterAll static void stop() {
        if (martlet != null) martlet.close();
        DNS.close();
    }

    @Test void devicesAndKeysAreNotifiedAndFetchedInBothDirections() throws Exception {
        try (var ejabberd =
                Ejabberd.start("capulet.example", AUTHORITY, EjabberdTest.both(AUTHORITY, "capulet.example"), DNS, "");
                var first = martlet.login("romeo"); var second = ejabberd.register("juliet")) {
            var romeo = new PepClient(first);
            var juliet = new PepClient(second);
            PepClient.befriend(romeo, juliet);
            PepClient.exchangeKeys(romeo, juliet);
        }
    }

    @Test void aContactThatComesOnlineLaterIsSentTheLastItem() throws Exception {
        try (var ejabberd =
                Ejabberd.start("verona.example", AUTHORITY, EjabberdTest.both(AUTHORITY, "verona.example"), DNS, "");
                var first = martlet.login("romeo")) {
            var romeo = new PepClient(first);
            try (var second = ejabberd.register("juliet")) {
                PepClient.befriend(romeo, new PepClient(second));
            }
            romeo.publish("urn:example:mood", "<mood xmlns='urn:example:mood'>in love</mood>");
            try (var second = ejabberd.login("juliet")) {
                var juliet = new PepClient(second);
                second.send(PepClient.presence());
                assertThat(juliet.until("message", "from='" + first.jid().bare() + "'", "in love").toString())
                        .as(ejabberd.log()).contains("urn:xmpp:delay");
                romeo.publish("urn:example:mood", "<mood xmlns='urn:example:mood'>banished</mood>");
                juliet.until("message", "banished");
            }
        }
    }
}
