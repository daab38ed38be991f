package im.martlet.conformance.clients;

import static im.martlet.conformance.harness.RoomVisitor.MUC;
import static im.martlet.conformance.harness.RoomVisitor.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.RoomVisitor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Blocklists that the server follows, and reports (XEP-0377). */
class AbuseTest {
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static LocalServer server;
    private static RoomVisitor listOwner; // the owner of the blocklist

    @BeforeAll static void start() throws Exception {
        server = LocalServer.start(LocalServer.SETTINGS
                + "[abuse]\nlists = [\"pubsub.localhost/bans\"]\nreports = [\"guard@localhost\"]\n");
        listOwner = RoomVisitor.at(server, "keeper");
        listOwner.ask("set", "pubsub.localhost", "<pubsub xmlns='" + PUBSUB
                + "'><create node='bans'/><configure><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
                + PUBSUB
                + "#node_config</value></field><field var='pubsub#max_items'><value>1000</value></field></x></configure></pubsub>");
    }

    @AfterAll static void stop() throws Exception {
        listOwner.close();
        server.close();
    }

    private static String hash(String address) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8)));
    }

    private static void list(Jid account) throws Exception {
        assertThat(condition(listOwner.ask("set", "pubsub.localhost", "<pubsub xmlns='" + PUBSUB
                + "'><publish node='bans'><item id='" + hash(account.toString())
                + "'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/></item></publish></pubsub>")))
                .isEmpty();
    }

    private static boolean isListed(Jid account) {
        return server.command("blocklist check", Map.of("address", account.toString())).toString().contains("true");
    }

    @Test void aListedUserLeavesRoomsAndWritesOnlyToContacts() throws Exception {
        String room = "listed@conference.localhost";
        var troll = server.account("troll");
        var member = server.account("member");
        await().atMost(Duration.ofSeconds(20))
                // the server retries a failed read of the list after a few seconds
                .until(() -> server.command("blocklist list", Map.of()).toString().contains("bans=0"));
        try (var owner = RoomVisitor.at(server, "owner"); var bad = new RoomVisitor(server.login(troll, "x"));
                var good = new RoomVisitor(server.login(member, "x"))) {
            owner.client().send("<presence/>");
            owner.make(room, "owner", Map.of());
            owner.administer(room, "<item jid='" + member + "' affiliation='member'/>");
            bad.enter(room, "troll");
            good.enter(room, "member");
            list(troll);
            list(member);
            bad.until("<presence", "unavailable", "code='307'", "code='110'");
            owner.until("<presence", "unavailable", "/troll", "code='307'");
            bad.send("<presence id='again' to='" + room + "/troll'><x xmlns='" + MUC + "'/></presence>");
            assertThat(condition(bad.until("id='again'"))).isEqualTo("forbidden");
            assertThat(condition(bad.ask("set", room, "<query xmlns='urn:xmpp:mam:2'/>")))
                    .as("a listed user may not read the archive").isEqualTo("forbidden");
            good.say(room, "who belongs here stays");
            bad.send("<message type='chat' id='m' to='" + owner.jid().bare() + "'><body>spam</body></message>");
            assertThat(condition(bad.until("id='m'"))).isEqualTo("policy-violation");
            owner.send("<iq type='set' id='r'><query xmlns='jabber:iq:roster'><item jid='" + troll + "'/></query></iq>")
                    .until("id='r'");
            bad.send("<message type='chat' id='n' to='" + owner.jid().bare() + "'><body>it is me</body></message>");
            owner.until("it is me");
            listOwner.ask("set", "pubsub.localhost",
                    "<pubsub xmlns='" + PUBSUB + "'><retract node='bans' notify='true'><item id='"
                            + hash(troll.toString()) + "'/></retract></pubsub>");
            await().atMost(Duration.ofSeconds(10)).until(() -> !isListed(troll));
            bad.enter(room, "troll");
            assertThat(isListed(member)).isTrue();
        }
    }

    @Test void reportsReachOnlyTheConfiguredAddress() throws Exception {
        var juliet = server.account("juliet");
        try (var guard = new RoomVisitor(server
                .login(server.account(Jid.parse("guard@localhost"), LocalServer.PASSWORD), "x").send("<presence/>"));
                var phone = new RoomVisitor(server.login(juliet, "phone"));
                var desk = new RoomVisitor(server.login(juliet, "desk"))) {
            desk.ask("get", juliet.toString(), "<blocklist xmlns='urn:xmpp:blocking'/>");
            assertThat(condition(phone.ask("set", juliet.toString(),
                    "<block xmlns='urn:xmpp:blocking'><item jid='tybalt@localhost'><report xmlns='urn:xmpp:reporting:1'/></item></block>")))
                    .isEqualTo("bad-request");
            assertThat(condition(phone.ask("set", juliet.toString(),
                    "<block xmlns='urn:xmpp:blocking'><item jid='tybalt@localhost'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>"
                            + "<text xml:lang='en'>Never came trouble to my house like this.</text><stanza-id xmlns='urn:xmpp:sid:0' by='"
                            + juliet + "' id='28482'/></report></item></block>")))
                    .isEmpty();
            assertThat(desk.until("<block ").toString()).contains("tybalt@localhost").doesNotContain("report");
            assertThat(guard.until("urn:xmpp:reporting:spam").toString()).contains(juliet + " reports tybalt@localhost",
                    "Never came trouble", "28482", "from='localhost'");
            assertThat(
                    phone.ask("get", "localhost", "<query xmlns='http://jabber.org/protocol/disco#info'/>").toString())
                    .contains("urn:xmpp:reporting:1");
        }
    }
}
