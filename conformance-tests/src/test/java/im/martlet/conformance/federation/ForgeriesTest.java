package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.FederationFixture;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Servers that claim a false identity, or that send for domains not their own (RFC 6120 §8.1, XEP-0178, XEP-0220 §3).
 */
class ForgeriesTest {
    @RegisterExtension static final FederationFixture FEDERATION =
            FederationFixture.of("martlet.example", "other.example");
    private static final LoopbackDns DNS = FEDERATION.dns();
    private static final TestAuthority AUTHORITY = FEDERATION.authority();
    private static final String AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>%s</auth>";

    private static FederatedServer martlet() { return FEDERATION.server("martlet.example"); }

    private static FederatedServer other() { return FEDERATION.server("other.example"); }

    private static PeerServer connect() throws Exception { return new PeerServer(martlet().port()); }

    /** Opens a stream that a certificate for {@code evil.example} authenticates. */
    private static PeerServer authenticated() throws Exception {
        var peer = connect();
        assertThat(peer.secure("evil.example", "martlet.example", AUTHORITY.certify("evil.example")))
                .contains("EXTERNAL");
        peer.send(AUTH.formatted("=")).until("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        return peer.open("evil.example", "martlet.example");
    }

    @Test void aPlainStreamOffersTlsOnly() throws Exception {
        try (var peer = connect()) {
            assertThat(peer.send(PeerServer.header("evil.example", "martlet.example")).until("</stream:features>"))
                    .contains("<required/>").doesNotContain("EXTERNAL", "features:dialback");
            assertThat(peer.send("<db:result from='evil.example' to='martlet.example'>key</db:result>").rest())
                    .contains("policy-violation");
        }
    }

    @Test void stanzasAreRefusedBeforeAuthentication() throws Exception {
        try (var juliet = martlet().login("juliet"); var peer = connect()) {
            peer.secure("evil.example", "martlet.example", null);
            assertThat(peer.send(PeerServer.message("x@evil.example", juliet.jid().toString())).rest())
                    .contains("not-authorized");
            juliet.fence();
            assertThat(juliet.peek()).isNull();
        }
    }

    @Test void aCertificateForAnotherDomainDoesNotAuthenticate() throws Exception {
        try (var peer = connect()) {
            assertThat(peer.secure("other.example", "martlet.example", AUTHORITY.certify("evil.example")))
                    .doesNotContain("EXTERNAL");
            peer.send(AUTH.formatted("=")).until("<not-authorized/>");
        }
        try (var peer = connect()) { // one name in the header, another in SASL
            assertThat(peer.secure("evil.example", "martlet.example", AUTHORITY.certify("evil.example")))
                    .contains("EXTERNAL");
            peer.send(AUTH.formatted("b3RoZXIuZXhhbXBsZQ==")).until("<invalid-authzid/>");
        }
        try (var peer = connect()) {
            assertThat(peer.secure("evil.example", "martlet.example", new TestAuthority().certify("evil.example")))
                    .doesNotContain("EXTERNAL");
        }
    }

    @Test void aStreamVerifiedForOneDomainSendsForNoOther() throws Exception {
        try (var juliet = martlet().login("juliet")) {
            for (String from : new String[]{ "x@other.example", "x@sub.evil.example", "martlet.example",
                    "x@xevil.example", "juliet@martlet.example" })
                try (var peer = authenticated()) {
                    assertThat(peer.send(PeerServer.message(from, juliet.jid().toString())).rest()).as(from)
                            .contains("invalid-from");
                }
            juliet.fence();
            assertThat(juliet.peek()).isNull();
            try (var peer = authenticated()) {
                peer.send(PeerServer.message("x@evil.example", juliet.jid().toString()));
                assertThat(juliet.receive().attribute("from")).isEqualTo("x@evil.example");
                peer.send(PeerServer.message("x@evil.example", juliet.jid().toString()).replace("<message",
                        "<message xmlns='jabber:server'"));
                assertThat(juliet.receive().child("body").orElseThrow().text()).isEqualTo("x");
            }
        }
    }

    @Test void aStanzaNeedsBothAddressesAndALocalRecipient() throws Exception {
        try (var peer = authenticated()) {
            assertThat(peer.send("<message to='juliet@martlet.example'/>").rest()).contains("improper-addressing");
        }
        try (var peer = authenticated()) {
            assertThat(peer.send("<message from='x@evil.example'/>").rest()).contains("improper-addressing");
        }
        try (var peer = authenticated()) {
            assertThat(peer.send(PeerServer.message("x@evil.example", "x@elsewhere.example")).rest())
                    .contains("host-unknown");
        }
    }

    @Test void noRemoteServerMayClaimALocalDomain() throws Exception {
        try (var peer = connect()) {
            peer.secure("martlet.example", "martlet.example", AUTHORITY.certify("martlet.example"));
            assertThat(peer.send(AUTH.formatted("=")).until("</failure>")).contains("not-authorized");
            assertThat(peer.send("<db:result from='martlet.example' to='martlet.example'>key</db:result>")
                    .until("</db:result>")).contains("not-acceptable");
        }
    }

    @Test void aKeyThatTheDomainDidNotIssueIsInvalid() throws Exception {
        try (var peer = connect()) {
            peer.secure("other.example", "martlet.example", null);
            peer.send(
                    "<db:result from='other.example' to='martlet.example'>37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643</db:result>");
            assertThat(peer.until("type='invalid'/>")).contains("from='martlet.example'", "to='other.example'");
            peer.rest();
        }
    }

    // a copied key is useless, also if this server is asked about it
    @Test void aKeyIsValidOnItsOwnStreamOnly() throws Exception {
        try (var first = connect(); var second = connect()) {
            String id = first.id(first.secure("evil.example", "martlet.example", null));
            assertThat(second.secure("evil.example", "martlet.example", null)).isNotEmpty();
            assertThat(
                    second.send("<db:verify from='evil.example' to='martlet.example' id='" + id + "'>guess</db:verify>")
                            .until("/>"))
                    .contains("type='invalid'");
            assertThat(second
                    .send("<db:verify from='evil.example' to='elsewhere.example' id='" + id + "'>guess</db:verify>")
                    .until("</db:verify>")).contains("item-not-found");
        }
    }

    @Test void unsolicitedDialbackAnswersChangeNothing() throws Exception { // XEP-0220 §3.1
        try (var juliet = martlet().login("juliet"); var peer = connect()) {
            String id = peer.id(peer.secure("other.example", "martlet.example", null));
            peer.send(
                    "<db:result from='other.example' to='martlet.example' type='valid'/><db:verify from='other.example' to='martlet.example' id='"
                            + id + "' type='valid'/>");
            assertThat(peer.send(PeerServer.message("x@other.example", juliet.jid().toString())).rest())
                    .contains("not-authorized");
            juliet.fence();
            assertThat(juliet.peek()).isNull();
        }
    }

    @Test void aDomainMissingFromDnsIsNotVerified() throws Exception {
        try (var peer = connect()) {
            peer.secure("nowhere.example", "martlet.example", null);
            assertThat(peer.send("<db:result from='nowhere.example' to='martlet.example'>key</db:result>")
                    .until("</db:result>")).contains("remote-server-not-found");
        }
    }

    @Test void oneCertificateVerifiesSeveralDomainsOnOneStream() throws Exception {
        try (var juliet = martlet().login("juliet"); var peer = connect()) {
            peer.secure("evil.example", "martlet.example", AUTHORITY.certify("evil.example", "rooms.evil.example"));
            peer.send("<db:result from='evil.example' to='martlet.example'>any</db:result>").until("type='valid'/>");
            peer.send("<db:result from='rooms.evil.example' to='martlet.example'>any</db:result>")
                    .until("type='valid'/>");
            peer.send(PeerServer.message("wall@rooms.evil.example", juliet.jid().toString()));
            assertThat(juliet.receive().attribute("from")).isEqualTo("wall@rooms.evil.example");
        }
    }

    @Test void anOversizedKeyEndsTheStream() throws Exception {
        try (var peer = connect()) {
            peer.secure("evil.example", "martlet.example", null);
            assertThat(peer.send("<db:result from='evil.example' to='martlet.example'>" + "x".repeat(20_000)).rest())
                    .contains("policy-violation");
        }
    }

    @Test void onlyLocalDomainsAndTheNamespaceOfServersAreServed() throws Exception {
        try (var peer = connect()) {
            assertThat(peer.send(PeerServer.header("evil.example", "elsewhere.example")).rest())
                    .contains("host-unknown");
        }
        try (var peer = connect()) {
            assertThat(peer.send(
                    PeerServer.header("evil.example", "martlet.example").replace("jabber:server'", "jabber:client'"))
                    .rest()).contains("invalid-namespace");
        }
    }

    @Test void aStreamWithDirectTlsOffersExternal() throws Exception { // XEP-0368
        try (var peer = new PeerServer(martlet().tlsPort())) {
            peer.handshake(AUTHORITY.certify("evil.example"));
            assertThat(peer.send(PeerServer.header("evil.example", "martlet.example")).until("</stream:features>"))
                    .contains("EXTERNAL").doesNotContain("starttls");
        }
    }

    // against amplification: one stream must not trigger many queries or connections
    @Test void pendingVerificationsOfOneStreamAreLimited() throws Exception {
        DNS.silent(true);
        try (var peer = connect()) {
            peer.secure("evil.example", "martlet.example", null);
            for (int i = 0; i < 6; i++)
                peer.send("<db:result from='victim" + i + ".example' to='martlet.example'>key</db:result>");
            for (int i = 4; i < 6; i++)
                assertThat(peer.until("</db:result>")).contains("to='victim" + i + ".example'", "resource-constraint");
        } finally {
            DNS.silent(false);
        }
    }

    // the wait for the silent server itself is limited, too
    @Test void aSilentServerDelaysNoStanzasForOtherServers() throws Exception {
        try (var socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            DNS.server("mute.example", "xmpp-server", 0, socket.getLocalPort());
            try (var romeo = martlet().login("romeo"); var juliet = other().login("juliet")) {
                romeo.send(PeerServer.message("ignored@x.example", "x@mute.example")
                        .replace(" from='ignored@x.example'", "")
                        + "<message to='" + juliet.jid() + "' id='y'/>");
                assertThat(juliet.receive().attribute("id")).isEqualTo("y");
                romeo.fence();
            }
        }
    }

    /** A contacted server may send over the same stream, but only from its own domain. */
    @Test void aContactedServerSendsForNoOtherDomain() throws Exception { // XEP-0288 §4
        try (var listening = new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress());
                var romeo = martlet().login("romeo")) {
            DNS.server("sly.example", "xmpp-server", 0, listening.getLocalPort());
            romeo.send("<message to='x@sly.example' id='1'/>");
            try (var sly = new PeerServer(listening.accept())) {
                sly.serve("sly.example", "chosen", AUTHORITY.certify("sly.example"),
                        "<bidi xmlns='urn:xmpp:features:bidi'/><dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>");
                sly.until("<bidi xmlns='urn:xmpp:bidi'/>");
                assertThat(sly.until("</db:result>")).contains("from='martlet.example'", "to='sly.example'");
                // not an answer to a key of this server
                sly.send("<db:result from='other.example' to='martlet.example' type='valid'/>"
                        + "<db:result from='sly.example' to='martlet.example' type='valid'/>");
                sly.until("<message");
                sly.until("id='1'");
                sly.send(PeerServer.message("x@sly.example", romeo.jid().toString()));
                assertThat(romeo.receive().attribute("from")).isEqualTo("x@sly.example");
                sly.send("<db:result from='other.example' to='martlet.example'>key</db:result>");
                assertThat(sly.until("</db:result>")).contains("not-authorized");
                assertThat(sly.send(PeerServer.message("x@other.example", romeo.jid().toString())).rest())
                        .contains("invalid-from");
                romeo.fence();
                assertThat(romeo.peek()).isNull();
            }
        }
    }

    @Test void theSenderLearnsThatTheRemoteServerRejectsTheKey() throws Exception { // XEP-0220 §2.1.1
        try (var listening = new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress());
                var romeo = martlet().login("romeo")) {
            DNS.server("wary.example", "xmpp-server", 0, listening.getLocalPort());
            romeo.send("<message to='x@wary.example' id='1'/>");
            try (var wary = new PeerServer(listening.accept())) {
                wary.serve("wary.example", "id", AUTHORITY.certify("wary.example"),
                        "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>").until("</db:result>");
                wary.send("<db:result from='wary.example' to='martlet.example' type='invalid'/>");
                assertThat(romeo.receive().toString()).contains("id='1'", "internal-server-error");
            }
        }
    }
}
