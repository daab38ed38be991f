package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.FederationFixture;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.Prosody;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real Prosody as the remote server, in both directions. */
class ProsodyTest {
    @RegisterExtension static final FederationFixture FEDERATION = FederationFixture.of("martlet.example")
            .beside("Prosody", Prosody::isInstalled);
    private static final LoopbackDns DNS = FEDERATION.dns();
    private static final TestAuthority AUTHORITY = FEDERATION.authority();

    private static FederatedServer martlet() { return FEDERATION.server("martlet.example"); }

    /** Exchanges two messages. The caller decides which user begins, and whether the reply may use the same stream. */
    private static void chat(Client first, Client second) throws Exception {
        first.send(PeerScenarios.message(second.jid().toString(), "m1"));
        assertThat(second.receive().attribute("id")).isEqualTo("m1");
        second.send(PeerScenarios.message(first.jid().toString(), "m2"));
        var reply = first.receive();
        assertThat(reply.attribute("id")).isEqualTo("m2");
        assertThat(reply.attribute("from")).isEqualTo(second.jid().toString());
        assertThat(reply.child("body").orElseThrow().text()).isEqualTo("m2");
    }

    private static String streams() { return martlet().server.command("s2s list", Map.of()).toString(); }

    @Test void oneStreamVerifiedByCertificatesIsEnough() throws Exception {
        try (var prosody = Prosody.start("ours.example", AUTHORITY,
                AUTHORITY.certify("ours.example", "rooms.ours.example"), DNS, "s2s_secure_auth = true");
                var romeo = martlet().login("romeo"); var juliet = prosody.login("juliet")) {
            chat(romeo, juliet);
            assertThat(streams()).as(prosody.log())
                    .contains("remote=ours.example, direction=out and back, verified=certificate");
        }
    }

    @Test void prosodyMayConnectFirst() throws Exception {
        try (var prosody = Prosody.start("theirs.example", AUTHORITY, AUTHORITY.certify("theirs.example"), DNS,
                "s2s_secure_auth = true");
                var romeo = martlet().login("romeo"); var juliet = prosody.login("juliet")) {
            chat(juliet, romeo);
            assertThat(streams()).as(prosody.log())
                    .contains("remote=theirs.example, direction=in and back, verified=certificate");
        }
    }

    @Test void untrustedCertificatesLeadToDialback() throws Exception {
        try (var prosody = Prosody.start("old.example", AUTHORITY, new TestAuthority().certify("old.example"), DNS,
                "s2s_secure_auth = false");
                var romeo = martlet().login("romeo"); var juliet = prosody.login("juliet")) {
            chat(juliet, romeo);
            assertThat(streams()).as(prosody.log()).contains("remote=old.example", "verified=dialback");
        }
        try (var prosody = Prosody.start("older.example", AUTHORITY, new TestAuthority().certify("older.example"), DNS,
                "s2s_secure_auth = false; modules_disabled = { 's2s_bidi', 'smacks', 's2s_auth_certs' }");
                var romeo = martlet().login("romeo"); var juliet = prosody.login("juliet")) {
            chat(romeo, juliet);
            assertThat(streams()).as(prosody.log()).contains("remote=older.example, direction=out, verified=dialback",
                    "remote=older.example, direction=in, verified=dialback");
        }
    }

    @Test void presenceSubscriptionsWorkAcrossServers() throws Exception {
        try (var prosody = Prosody.start("balcony.example", AUTHORITY, AUTHORITY.certify("balcony.example"), DNS, "");
                var romeo = martlet().login("romeo"); var juliet = prosody.login("juliet")) {
            PeerScenarios.subscribe(romeo, juliet);
            juliet.send("<presence><show>away</show></presence>");
            PeerScenarios.until(romeo, "presence", "from='" + juliet.jid() + "'", "away");
            PeerScenarios.subscribe(juliet, romeo);
            romeo.send("<presence><show>xa</show></presence>");
            PeerScenarios.until(juliet, "presence", "from='" + romeo.jid() + "'", "xa");
            juliet.send("<presence type='unavailable'/>");
            PeerScenarios.until(romeo, "presence", "from='" + juliet.jid() + "'", "unavailable");
            assertThat(prosody.log()).isNotEmpty();
        }
    }

    @Test void usersEnterAndSpeakInARemoteRoom() throws Exception {
        try (var prosody = Prosody.start("rooms-at.example", AUTHORITY,
                AUTHORITY.certify("rooms-at.example", "rooms.rooms-at.example"), DNS, "");
                var romeo = martlet().login("romeo")) {
            String room = "verona@rooms.rooms-at.example";
            romeo.send("<presence to='" + room + "/romeo'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
            PeerScenarios.until(romeo, "presence", "code='110'");
            romeo.send("<iq type='set' id='c' to='" + room
                    + "'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>");
            PeerScenarios.until(romeo, "iq", "id='c'", "type='result'");
            romeo.send("<message type='groupchat' id='g' to='" + room
                    + "'><body>O, she doth teach the torches</body></message>");
            PeerScenarios.until(romeo, "message", "torches", "from='" + room + "/romeo'");
            assertThat(prosody.log()).contains(room);
        }
    }

    @Test void remoteAndLocalUsersMeetInALocalRoom() throws Exception {
        String room = "verona@conference.martlet.example";
        DNS.server("conference.martlet.example", "xmpp-server", 10, martlet().port());
        try (var prosody = Prosody.start("mantua.example", AUTHORITY, AUTHORITY.certify("mantua.example"), DNS, "");
                var romeo = new RoomVisitor(martlet().login("romeo"));
                var juliet = new RoomVisitor(prosody.login("juliet"))) {
            juliet.send("<presence id='no' to='" + room + "/juliet'><x xmlns='" + RoomVisitor.MUC + "'/></presence>");
            assertThat(RoomVisitor.condition(juliet.until("id='no'")))
                    .as("remote users may not create local rooms").isEqualTo("not-allowed");
            romeo.make(room, "romeo", Map.of());
            juliet.enter(room, "juliet");
            romeo.until("<presence", "/juliet", juliet.jid().toString());
            romeo.say(room, "O, she doth teach the torches");
            juliet.until("torches", room + "/romeo");
            juliet.say(room, "ay me");
            romeo.until("ay me", room + "/juliet");
            juliet.send("<message type='chat' to='" + room + "/romeo'><body>psst</body></message>");
            romeo.until("psst", room + "/juliet");
            assertThat(RoomVisitor.condition(juliet.ask("get", room + "/juliet", "<ping xmlns='urn:xmpp:ping'/>")))
                    .isEmpty();
            assertThat(juliet.ask("set", room,
                    "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>1</max></set></query>")
                    .toString()).contains("<last");
            assertThat(martlet().server.command("room occupants", Map.of("room", room)).toString())
                    .contains("juliet@mantua.example");
            juliet.send("<presence type='unavailable'/>");
            romeo.until("<presence", "unavailable", "/juliet");
            assertThat(prosody.log()).isNotEmpty();
        }
    }

    @Test void discoPingAndPersonalEventsWorkAcrossServers() throws Exception { // XEP-0163 §4
        try (var prosody = Prosody.start("events.example", AUTHORITY,
                AUTHORITY.certify("events.example", "rooms.events.example"), DNS, "");
                var romeo = martlet().login("romeo"); var juliet = prosody.login("juliet")) {
            PeerScenarios.asks(romeo, "events.example", "rooms.events.example");
            PeerScenarios.asks(juliet, "martlet.example", "Martlet");
            PeerScenarios.hearsOfNickname(romeo, juliet);
            PeerScenarios.meet(romeo, juliet, "verona@rooms.events.example");
            try (var mercutio = martlet().login("mercutio"); var nurse = prosody.login("nurse")) {
                PeerScenarios.hearsOfNickname(nurse, mercutio);
            }
        }
    }

    @Test void directTlsWorksInBothDirections() throws Exception { // XEP-0368
        int port = Prosody.freePort();
        try (var prosody = Prosody.start("direct.example", AUTHORITY, AUTHORITY.certify("direct.example"), DNS,
                "s2s_direct_tls_ports = { " + port + " }; modules_disabled = { 's2s_bidi' }");
                var tls = FederatedServer.start("tls.example", AUTHORITY, DNS); var romeo = tls.login("romeo");
                var juliet = prosody.login("juliet")) {
            DNS.forget("direct.example").server("direct.example", "xmpps-server", 1, port);
            DNS.forget("tls.example").server("tls.example", "xmpps-server", 1, tls.tlsPort());
            PeerScenarios.chat(romeo, juliet);
            PeerScenarios.chat(juliet, romeo);
            assertThat(tls.server.command("s2s list", Map.of()).toString()).as(prosody.log())
                    .contains("direction=out, verified=certificate", "direction=in, verified=certificate");
        }
    }

    @Test void messagesForAnAbsentServerAreBouncedUntilItReturns() throws Exception {
        var certificate = AUTHORITY.certify("restless.example");
        try (var romeo = martlet().login("romeo")) {
            try (var prosody = Prosody.start("restless.example", AUTHORITY, certificate, DNS, "");
                    var juliet = prosody.login("juliet")) {
                chat(romeo, juliet);
                assertThat(prosody.log()).isNotEmpty();
            }
            DNS.forget("restless.example");
            org.awaitility.Awaitility.await().until(() -> !streams().contains("restless.example"));
            romeo.send(PeerScenarios.message("juliet@restless.example", "lost"));
            // other messages that Prosody had not acknowledged may bounce before
            PeerScenarios.until(romeo, "message", "id='lost'", "remote-server-");
            try (var prosody = Prosody.start("restless.example", AUTHORITY, certificate, DNS, "");
                    var juliet = prosody.login("juliet")) {
                // the server pauses for two seconds between attempts
                org.awaitility.Awaitility.await().until(() -> PeerScenarios.reaches(romeo, "restless.example"));
                chat(romeo, juliet);
                assertThat(prosody.log()).isNotEmpty();
            }
        }
    }
}
