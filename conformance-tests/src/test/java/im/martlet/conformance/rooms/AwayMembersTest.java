package im.martlet.conformance.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.peers.PushAppServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Members of a room that are not in it: the room notifies their devices once for each message that they want, and its
 * history has the message when they return.
 */
class AwayMembersTest {
    private static LocalServer server;
    private static PushAppServer app;

    @BeforeAll static void start() throws Exception {
        server = LocalServer
                .start(LocalServer.SETTINGS.replace("[listen]\n", "[listen]\ncomponent = [\"127.0.0.1:0\"]\n")
                        + "[components.\"app.localhost\"]\nsecret = \"hush\"\n[push]\nbody = true\n");
        app = new PushAppServer(server, "app.localhost", "hush");
    }

    @AfterAll static void stop() throws Exception {
        app.close();
        server.close();
    }

    /**
     * Creates an account with a push device and no session.
     *
     * @param bookmark the payload of the bookmark for the room; empty for no bookmark
     */
    private static Jid away(String name, String room, String bookmark) throws Exception {
        var account = server.account(name);
        try (var phone = new RoomVisitor(server.login(account, "phone"))) {
            phone.ask("set", account.toString(),
                    "<enable xmlns='urn:xmpp:push:0' jid='app.localhost' node='" + name + "'/>");
            if (!bookmark.isEmpty()) phone.ask("set", account.toString(),
                    "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'><item id='"
                            + room
                            + "'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'><extensions><notify xmlns='urn:xmpp:notification-settings:1'>"
                            + bookmark + "</notify></extensions></conference></item></publish></pubsub>");
        }
        server.awaitGone(account.withResource("phone"));
        return account;
    }

    private static String archived(RoomVisitor phone) throws Exception {
        return phone.until("<result ").child("result").orElseThrow().attribute("id");
    }

    private static RoomVisitor at(String name, String room, Map<String, String> settings) throws Exception {
        return RoomVisitor.at(server, name).make(room, name, settings);
    }

    @Test void anAbsentMemberOfAClosedRoomIsNotifiedAndFindsTheMessages() throws Exception {
        String room = "closed@conference.localhost";
        var hag = away("hag", room, "");
        try (var crone = at("crone", room, Map.of("membersonly", "1"))) {
            crone.administer(room, "<item jid='" + hag + "' affiliation='member' nick='oldhag'/>");
            String one = crone.say(room, "one");
            assertThat(app.accept())
                    .extracting(PushAppServer.Published::node, p -> p.xml().contains("<value>one</value>"))
                    .containsExactly("hag", true);
            crone.send("<message type='groupchat' id='typing' to='" + room
                    + "'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>").until("id='typing'");
            String two = crone.say(room, "two");
            assertThat(app.accept().xml()).as("the chat state causes no notification").contains("<value>two</value>");
            try (var phone = new RoomVisitor(server.login(hag, "phone"))) {
                // before it enters the room
                phone.send("<iq type='set' id='mam' to='" + room + "'><query xmlns='urn:xmpp:mam:2'/></iq>");
                assertThat(new String[]{ archived(phone), archived(phone) }).containsExactly(one, two);
                phone.until("<fin ", "complete='true'");
                phone.send("<presence to='" + room + "/oldhag'><x xmlns='" + RoomVisitor.MUC + "'/></presence>")
                        .until("code='110'");
                phone.until(one);
                phone.until(two);
                phone.until("<subject");
                crone.say(room, "three");
                phone.until("three");
                phone.client().fence();
            }
            app.assertNoNotification();
            crone.until("unavailable", "/oldhag");
            crone.administer(room, "<item jid='" + hag + "' affiliation='none'/>");
            crone.say(room, "four");
            app.assertNoNotification();
        }
    }

    @Test void absentMembersOfAnOpenRoomAreNotifiedOfMentionsUnlessTheyChooseAllOrNone() throws Exception {
        String room = "open@conference.localhost";
        var names = Map.of("usual", away("usual", room, ""), "all",
                away("all", room, "<always/><never identity-category='client' identity-type='pc'/>"),
                "none", away("none", room, "<always/><never identity-category='client' identity-type='phone'/>"));
        try (var crone = at("crone", room, Map.of())) {
            for (var member : names.entrySet()) crone.administer(room,
                    "<item jid='" + member.getValue() + "' affiliation='member' nick='" + member.getKey() + "'/>");
            crone.say(room, "unusually calm");
            assertThat(app.accept().node()).isEqualTo("all");
            crone.say(room, "hello usual, and none");
            assertThat(new String[]{ app.accept().node(), app.accept().node() }).containsExactlyInAnyOrder("all",
                    "usual");
            app.assertNoNotification();
        }
    }

    @Test void aMentionedMemberIsSentTheMessageIfTheRoomForwardsMentions() throws Exception { // XEP-0452
        String room = "mentions@conference.localhost";
        var hag = away("mentioned", room, "");
        try (var crone = at("crone", room, Map.of("forwardmentions", "1"))) {
            crone.administer(room, "<item jid='" + hag + "' affiliation='member' nick='oldhag'/>");
            crone.send("<message type='groupchat' id='m1' to='" + room
                    + "'><body>oldhag: hi</body><reference xmlns='urn:xmpp:reference:0' type='mention' begin='0' end='6' uri='xmpp:"
                    + room + "/oldhag'/></message>").until("id='m1'");
            assertThat(app.accept().node()).isEqualTo("mentioned");
            app.assertNoNotification();
            try (var phone = new RoomVisitor(server.login(hag, "phone").send("<presence/>"))) {
                var mention = phone.until("urn:xmpp:mmn:0");
                assertThat(mention.attribute("from")).isEqualTo(room);
                var forwarded = mention.child("mentions").orElseThrow().child("forwarded").orElseThrow();
                assertThat(forwarded.child("message").orElseThrow().toString()).contains("from='" + room + "/crone'",
                        "type='groupchat'", "<body>oldhag: hi</body>", "by='" + room + "'");
            }
        }
    }
}
