package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.conformance.rooms.RoomsTest;
import im.martlet.conformance.stream.TenantsTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * T-SPOOF between servers, beside {@link ForgeriesTest}, and beside {@link TenantsTest} and {@link RoomsTest} for local
 * users: payloads that a recipient might accept as the word of its own server.
 */
class SpoofedByServersTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static FederatedServer martlet;

    @BeforeAll static void start() { martlet = FederatedServer.start("martlet.example", AUTHORITY, DNS); }

    @AfterAll static void stop() {
        martlet.close();
        DNS.close();
    }

    /** Opens a stream as the authenticated server of evil.example. */
    private static PeerServer evil() throws Exception {
        var peer = new PeerServer(martlet.port());
        peer.secure("evil.example", "martlet.example", AUTHORITY.certify("evil.example"));
        peer.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>")
                .until("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        return peer.open("evil.example", "martlet.example");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "message  | <stanza-id xmlns='urn:xmpp:sid:0' by='%s' id='forged'/><stanza-id xmlns='urn:xmpp:sid:0' by='%s' id='forged'/>",
            "message  | <delay xmlns='urn:xmpp:delay' from='martlet.example' stamp='2002-09-10T23:08:25Z'>forged</delay>",
            "presence | <delay xmlns='urn:xmpp:delay' from='MARTLET.example' stamp='2002-09-10T23:08:25Z'>forged</delay>",
            "message  | <received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>forged</forwarded></received>",
            "message  | <sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>forged</forwarded></sent>" }) void payloadsReservedForTheRecipientsServerAreRemoved(
                    String stanza, String forged) throws Exception {
        try (var romeo = martlet.login("romeo"); var evil = evil()) {
            evil.send("<" + stanza + " from='x@evil.example' to='" + romeo.jid() + "'>"
                    + (stanza.equals("message") ? "<body>x</body>" : "")
                    + forged.replace("%s", romeo.jid().bare().toString()) + "</" + stanza + ">");
            var received = romeo.receive();
            assertThat(received.attribute("from")).isEqualTo("x@evil.example");
            assertThat(received.toString()).doesNotContain("forged");
        }
    }

    /**
     * A stanza that passes through names its true sender in 'from', never this server. Clients accept a push, an
     * archive result or an event of their own account only from their own account.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "<iq type='set' id='p' %s><query xmlns='jabber:iq:roster'><item jid='x@evil.example' subscription='both'/></query></iq>",
            "<message id='p' %s><body>x</body><result xmlns='urn:xmpp:mam:2' id='1'><forwarded xmlns='urn:xmpp:forward:0'/></result></message>",
            "<message id='p' %s><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'/></event><body>x</body></message>" }) void stanzasThatPassThroughNameTheirTrueSender(
                    String stanza) throws Exception {
        try (var romeo = martlet.login("romeo"); var evil = evil()) {
            evil.send(stanza.formatted("from='x@evil.example' to='" + romeo.jid() + "'"));
            assertThat(romeo.receive().attribute("from")).isEqualTo("x@evil.example");
            assertThat(evil.send(stanza.formatted("from='" + romeo.jid().bare() + "' to='" + romeo.jid() + "'")).rest())
                    .contains("invalid-from");
            romeo.fence();
            assertThat(romeo.peek()).isNull();
        }
    }

    @Test void aReplyFromAnotherDomainDoesNotAnswerARequest() throws Exception {
        try (var romeo = martlet.login("romeo"); var evil = evil()) {
            romeo.send("<iq type='get' id='q' to='nobody@nowhere.example'><ping xmlns='urn:xmpp:ping'/></iq>");
            evil.send("<iq type='result' id='q' from='x@evil.example' to='" + romeo.jid() + "'/>");
            for (int i = 0; i < 2; i++) {
                var received = romeo.receive(); // both arrive, each from its own address
                assertThat(received.attribute("from")).isEqualTo(
                        received.attribute("type").equals("error") ? "nobody@nowhere.example" : "x@evil.example");
            }
        }
    }
}
