package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.TestAuthority;
import org.junit.jupiter.api.Test;

/**
 * XEP-0485: a host publishes its remote servers if its admin enables that. By name it lists only servers that publish
 * theirs, too.
 */
class ServerInformationTest {
    private static final String OPEN =
            "[server_info]\nenabled = true\nevery = '1s'\n[contact]\nabuse = ['mailto:abuse@open.example']\n";

    private static String items(Client client, String host) throws Exception {
        client.send("<iq type='get' id='i' to='pubsub." + host
                + "'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='serverinfo'/></pubsub></iq>");
        for (ReceivedXml next = client.receive();; next = client.receive())
            if (next.attribute("id").equals("i")) return next.toString().replace(" xmlns='urn:xmpp:serverinfo:0'", "");
    }

    private static String info(Client client, String host) throws Exception {
        client.send(
                "<iq type='get' id='d' to='" + host + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
        return PeerScenarios.until(client, "id='d'");
    }

    @Test void onlyPublishingServersAreNamedAndTheOthersAreCounted() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns();
                var open =
                        FederatedServer.start("open.example", authority, authority.certify("open.example"), dns, OPEN);
                var willing = FederatedServer.start("willing.example", authority, authority.certify("willing.example"),
                        dns, OPEN);
                var quiet = FederatedServer.start("quiet.example", authority, dns);
                var romeo = open.login("romeo"); var juliet = willing.login("juliet");
                var nurse = quiet.login("nurse")) {
            PeerScenarios.chat(romeo, juliet);
            PeerScenarios.chat(romeo, nurse);
            await().until(() -> items(romeo, "open.example").contains(
                    "<remote-domain name='willing.example'><connection type='bidi'></connection></remote-domain>"));
            assertThat(items(romeo, "open.example"))
                    .contains("<domain name='open.example'>", "<remote-domain><connection type='bidi'>")
                    .doesNotContain("quiet.example");
            assertThat(info(romeo, "open.example")).contains("urn:xmpp:serverinfo:0",
                    "xmpp:pubsub.open.example?;node=serverinfo", "abuse@open.example")
                    .containsOnlyOnce("http://jabber.org/network/serverinfo");
            assertThat(info(nurse, "quiet.example")).doesNotContain("urn:xmpp:serverinfo:0");
            assertThat(items(nurse, "quiet.example")).contains("item-not-found");
        }
    }
}
