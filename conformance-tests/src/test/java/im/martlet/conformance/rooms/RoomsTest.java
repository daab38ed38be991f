package im.martlet.conformance.rooms;

import static im.martlet.conformance.harness.RoomVisitor.MUC;
import static im.martlet.conformance.harness.RoomVisitor.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.ServerProcess;
import im.martlet.extension.AdminException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Properties of rooms that no dialogue can show: their limits, their survival of restarts, and the admin's view. */
public class RoomsTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @TempDir Path folder;

    private static LocalServer with(String rooms) {
        return LocalServer.start(LocalServer.SETTINGS + "[rooms]\n" + rooms + "\n");
    }

    private static List<String> read(RoomVisitor visitor, String room) throws Exception {
        visitor.client().fence();
        while (visitor.client().peek() != null) visitor.client().receive();
        visitor.send("<iq type='set' id='archive' to='" + room
                + "'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>250</max></set></query></iq>");
        var ids = new ArrayList<String>();
        for (ReceivedXml next = visitor.client().receive(); !next.attribute("id").equals("archive"); next =
                visitor.client().receive())
            next.child("result").ifPresent(result -> ids.add(result.attribute("id")));
        return ids;
    }

    @Test void aPersistentRoomSurvivesAStopAndAKillUnchanged() throws Exception {
        String room = "cave@conference.localhost";
        try (var server = new ServerProcess(folder, "")) {
            server.start();
            var crone = server.account("crone");
            var hag = server.account("hag");
            String one;
            try (var owner = new RoomVisitor(server.login(crone, "x"));
                    var guest = new RoomVisitor(server.login(hag, "x"))) {
                owner.make(room, "firstwitch",
                        Map.of("persistentroom", "1", "roomname", "A Dark Cave", "membersonly", "1"));
                owner.administer(room, "<item jid='hag@localhost' affiliation='member' nick='oldhag'/>");
                guest.enter(room, "oldhag");
                one = owner.say(room, "one");
                owner.send("<message type='groupchat' to='" + room + "'><subject>toads</subject></message>")
                        .until("<subject");
                assertThat(server.terminate()).isZero();
                guest.until("<presence", "unavailable", "code='332'", "code='110'");
            }
            server.start();
            String occupant;
            try (var guest = new RoomVisitor(server.login(hag, "x"))) {
                guest.send("<presence to='" + room + "/oldhag'><x xmlns='" + MUC + "'/></presence>");
                occupant = guest.until("code='110'").child("occupant-id").orElseThrow().attribute("id");
                var past = guest.until("<message");
                assertThat(past.child("stanza-id").orElseThrow().attribute("id")).isEqualTo(one);
                assertThat(past.child("delay")).isPresent();
                assertThat(guest.until("<subject").toString()).contains("toads", "firstwitch");
                guest.client().send("<enable xmlns='urn:xmpp:sm:3'/>");
                guest.until("<enabled");
                guest.send("<message type='groupchat' id='two' to='" + room
                        + "'><body>two</body></message><r xmlns='urn:xmpp:sm:3'/>");
                guest.until("<a ", "h='1'"); // acknowledged, and so stored
                server.kill();
            }
            server.start();
            try (var guest = new RoomVisitor(server.login(hag, "x"))) {
                assertThat(condition(guest.ask("get", room + "/oldhag", "<ping xmlns='urn:xmpp:ping'/>")))
                        .isEqualTo("not-acceptable"); // the room has no occupant
                var found = read(guest, room);
                assertThat(found).hasSize(3).startsWith(one);
                guest.send("<presence to='" + room + "/oldhag'><x xmlns='" + MUC + "'/></presence>");
                assertThat(guest.until("code='110'").child("occupant-id").orElseThrow().attribute("id"))
                        .isEqualTo(occupant);
                guest.until("<body>two</body>", found.getLast());
                assertThat(guest.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>").toString())
                        .contains("A Dark Cave", "muc_membersonly", "muc_persistent");
            }
        }
    }

    @Test void aTemporaryRoomOutlastsAStopAndEndsWithItsLastOccupant() throws Exception {
        String room = "heath@conference.localhost";
        try (var server = new ServerProcess(folder, "")) {
            server.start();
            var crone = server.account("crone");
            try (var owner = new RoomVisitor(server.login(crone, "x"))) {
                owner.make(room, "firstwitch", Map.of("roomname", "Heath"));
                owner.say(room, "one");
                server.terminate();
            }
            server.start();
            try (var owner = new RoomVisitor(server.login(crone, "x"))) {
                assertThat(owner.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>").toString())
                        .contains("Heath");
                owner.enter(room, "firstwitch");
                assertThat(read(owner, room)).hasSize(1);
                owner.send("<presence type='unavailable' to='" + room + "/firstwitch'/>").until("unavailable");
                assertThat(condition(owner.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>")))
                        .isEqualTo("item-not-found");
                owner.make(room, "firstwitch", Map.of());
                assertThat(read(owner, room)).as("history of a new room with the same name").isEmpty();
            }
        }
    }

    @Test void payloadsReservedForTheRoomAreRemovedFromMessagesOfOccupants() throws Exception { // T-SPOOF
        String room = "spoof@conference.localhost";
        var forged =
                "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/><x xmlns='"
                        + MUC
                        + "#user'><item affiliation='owner' role='moderator' jid='forged@x'/><status code='110'/></x>"
                        + "<stanza-id xmlns='urn:xmpp:sid:0' by='" + room
                        + "' id='forged'/><stanza-id xmlns='urn:xmpp:sid:0' id='forged'/><delay xmlns='urn:xmpp:delay' from='"
                        + room
                        + "' stamp='2002-10-13T23:58:37Z'/><delay xmlns='urn:xmpp:delay' stamp='2002-10-13T23:58:37Z'/>"
                        + "<hats xmlns='urn:xmpp:hats:0'><hat title='forged' uri='forged'/></hats><addresses xmlns='http://jabber.org/protocol/address'><address type='ofrom' jid='forged@x'/></addresses>"
                        + "<retract xmlns='urn:xmpp:message-retract:1' id='x'/>";
        try (var owner = RoomVisitor.at(SERVER, "crone"); var guest = RoomVisitor.at(SERVER, "hag")) {
            owner.make(room, "firstwitch", Map.of());
            guest.enter(room, "thirdwitch");
            owner.until("thirdwitch");
            var hat =
                    "<field var='FORM_TYPE'><value>urn:xmpp:hats:commands</value></field><field var='hats#uri'><value>urn:x:real</value></field>";
            for (var deed : Map
                    .of("create", "<field var='hats#title'><value>Real</value></field>", "assign",
                            "<field var='hats#jid'><value>" + guest.jid().bare() + "</value></field>")
                    .entrySet().stream().sorted(Map.Entry.<String, String>comparingByKey().reversed()).toList())
                assertThat(condition(owner.ask("set", room,
                        "<command xmlns='http://jabber.org/protocol/commands' node='urn:xmpp:hats:commands:"
                                + deed.getKey() + "'><x xmlns='jabber:x:data' type='submit'>" + hat + deed.getValue()
                                + "</x></command>")))
                        .isEmpty();
            guest.send("<message type='groupchat' id='g' to='" + room + "'><body>b</body>" + forged + "</message>");
            var received = owner.until("id='g'");
            assertThat(received.toString()).doesNotContain("forged", "2002-10-13");
            assertThat(received.children().stream().filter(e -> e.name().equals("occupant-id"))).hasSize(1);
            guest.send(
                    "<message type='chat' id='p' to='" + room + "/firstwitch'><body>b</body>" + forged + "</message>");
            assertThat(owner.until("id='p'").toString()).doesNotContain("forged", "2002-10-13", "jid=");
            guest.send("<presence to='" + room + "/thirdwitch'><status>s</status>" + forged + "</presence>");
            assertThat(owner.until("<status>s</status>").toString()).contains("<hat ", "urn:x:real")
                    .doesNotContain("forged", "2002-10-13");
            guest.send("<presence type='unavailable' to='" + room + "/thirdwitch'><status>t</status>" + forged
                    + "</presence>");
            assertThat(owner.until("<status>t</status>").toString()).doesNotContain("forged", "2002-10-13");
        }
    }

    @Test void aPublicPersistentRoomReportsItsActivity() throws Exception { // XEP-0502
        String room = "lively@conference.localhost";
        try (var owner = RoomVisitor.at(SERVER, "crone")) {
            owner.make(room, "firstwitch", Map.of("persistentroom", "1"));
            for (int i = 0; i < 36; i++) owner.say(room, "fire burn");
            owner.send("<message type='groupchat' id='typing' to='" + room
                    + "'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>").until("id='typing'");
            assertThat(owner.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>").toString())
                    // messages an hour, averaged over 72 hours
                    .contains("var='{urn:xmpp:muc-activity}message-activity'", ">0.50</value>");
            owner.configure(room, Map.of("publicroom", "0"));
            assertThat(owner.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>").toString())
                    .doesNotContain("message-activity");
        }
    }

    @Test void devicesOfOneUserShareANickname() throws Exception {
        String room = "devices@conference.localhost";
        var hag = SERVER.account("hag");
        try (var owner = RoomVisitor.at(SERVER, "crone"); var phone = new RoomVisitor(SERVER.login(hag, "phone"));
                var laptop = new RoomVisitor(SERVER.login(hag, "laptop"))) {
            owner.make(room, "firstwitch", Map.of());
            phone.enter(room, "hag");
            laptop.enter(room, "hag");
            phone.until("<presence", "/hag", "code='110'"); // the presence of the other device
            owner.say(room, "both hear it");
            phone.until("both hear it");
            laptop.until("both hear it");
            owner.send("<message type='chat' id='pm' to='" + room + "/hag'><body>psst</body></message>");
            boolean first = phone.until("id='pm'").toString().contains("no-store");
            assertThat(laptop.until("id='pm'").toString().contains("no-store"))
                    .as("exactly one of the copies is archived").isNotEqualTo(first);
            laptop.send("<presence type='unavailable' to='" + room + "/hag'/>").until("unavailable", "code='110'");
            owner.say(room, "only the phone does");
            phone.until("only the phone does");
            laptop.client().fence();
            assertThat(laptop.client().peek()).isNull();
            phone.client().send("</stream:stream>");
            owner.until("<presence", "unavailable", "/hag"); // the occupant leaves with the last device
        }
    }

    @Test void roomCreationAndOccupantsAreLimitedByTheSettings() throws Exception {
        try (var server = with("create = 'admins'\nadmins = ['boss@localhost']\nper_account = 1");
                var boss = new RoomVisitor(server.login(
                        server.account(im.martlet.address.Jid.parse("boss@localhost"), LocalServer.PASSWORD), "x"));
                var hag = RoomVisitor.at(server, "hag")) {
            hag.send("<presence id='no' to='one@conference.localhost/hag'><x xmlns='" + MUC + "'/></presence>");
            assertThat(condition(hag.until("id='no'"))).isEqualTo("not-allowed");
            boss.make("one@conference.localhost", "boss", Map.of());
            boss.make("two@conference.localhost", "boss", Map.of());
            hag.enter("one@conference.localhost", "hag");
        }
        try (var server = with("per_account = 1\noccupants = 2"); var crone = RoomVisitor.at(server, "crone");
                var hag = RoomVisitor.at(server, "hag"); var wicca = RoomVisitor.at(server, "wicca")) {
            crone.make("one@conference.localhost", "crone", Map.of());
            crone.send("<presence id='no' to='two@conference.localhost/crone'><x xmlns='" + MUC + "'/></presence>");
            assertThat(condition(crone.until("id='no'"))).isEqualTo("resource-constraint");
            hag.enter("one@conference.localhost", "hag");
            wicca.send("<presence id='no' to='one@conference.localhost/wicca'><x xmlns='" + MUC + "'/></presence>");
            assertThat(condition(wicca.until("id='no'"))).isEqualTo("service-unavailable");
        }
    }

    @Test void theAffiliationsOfARoomAreLimited() throws Exception {
        String room = "known@conference.localhost";
        try (var server = with("affiliations = 3"); var crone = RoomVisitor.at(server, "crone");
                var hag = RoomVisitor.at(server, "hag"); var wicca = RoomVisitor.at(server, "wicca")) {
            crone.make(room, "crone", Map.of("moderatedroom", "1"));
            crone.administer(room, "<item jid='" + wicca.jid().bare() + "' affiliation='member'/>");
            assertThat(condition(register(hag, room, "oldhag"))).isEmpty();
            assertThat(condition(register(wicca, room, "secondwitch"))).as("a member needs no new entry").isEmpty();
            try (var stranger = RoomVisitor.at(server, "stranger")) {
                assertThat(condition(register(stranger, room, "stranger")))
                        .as("a user with only a nickname counts, too").isEqualTo("resource-constraint");
            }
            var form = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>" + MUC
                    + "#roomconfig</value></field><field var='muc#roomconfig_roomname'><value>Crowd</value></field>"
                    + "<field var='muc#roomconfig_roomadmins'><value>one@localhost</value></field></x>";
            assertThat(condition(crone.ask("set", room, "<query xmlns='" + MUC + "#owner'>" + form + "</query>")))
                    .isEqualTo("resource-constraint");
            assertThat(crone.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>").toString())
                    .as("a refused form changes nothing").doesNotContain("Crowd");
        }
    }

    private static ReceivedXml register(RoomVisitor visitor, String room, String nick) throws Exception {
        return visitor.ask("set", room,
                "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
                        + MUC + "#register</value></field><field var='muc#register_roomnick'><value>" + nick
                        + "</value></field></x></query>");
    }

    @Test void withoutRoomsTheHostHasNoRoomService() throws Exception {
        try (var server = with("enabled = false"); var hag = RoomVisitor.at(server, "hag")) {
            assertThat(condition(
                    hag.ask("get", "conference.localhost", "<query xmlns='http://jabber.org/protocol/disco#info'/>")))
                    .isEqualTo("remote-server-not-found");
        }
    }

    @Test void theServiceListsPublicRoomsInPages() throws Exception {
        try (var server = with("label = 'rooms'"); var crone = RoomVisitor.at(server, "crone")) {
            for (String name : List.of("c", "a", "b")) crone.make(name + "@rooms.localhost", "crone",
                    Map.of("roomname", name.toUpperCase(java.util.Locale.ROOT)));
            crone.make("hidden@rooms.localhost", "crone", Map.of("publicroom", "0"));
            var all = crone.ask("get", "rooms.localhost", "<query xmlns='http://jabber.org/protocol/disco#items'/>")
                    .child("query").orElseThrow();
            assertThat(all.children()).extracting(e -> e.attribute("jid")).containsExactly("a@rooms.localhost",
                    "b@rooms.localhost", "c@rooms.localhost");
            assertThat(all.children().getFirst().attribute("name")).isEqualTo("A");
            var page = crone.ask("get", "rooms.localhost",
                    "<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><max>1</max><after>a@rooms.localhost</after></set></query>")
                    .child("query").orElseThrow();
            assertThat(page.children().getFirst().attribute("jid")).isEqualTo("b@rooms.localhost");
            assertThat(page.child("set").orElseThrow().child("last").orElseThrow().text())
                    .isEqualTo("b@rooms.localhost");
        }
    }

    @Test void theAdminListsAndChangesRooms() throws Exception {
        String room = "admin-room@conference.localhost";
        var owner = SERVER.account("crone");
        SERVER.command("room create", Map.of("room", room, "owner", owner.toString(), "name", "Cave"));
        assertThatThrownBy(() -> SERVER.command("room create", Map.of("room", room, "owner", owner.toString())))
                .isInstanceOf(AdminException.class).hasMessageContaining("already");
        assertThatThrownBy(() -> SERVER.command("room show", Map.of("room", "nowhere@conference.localhost")))
                .isInstanceOf(AdminException.class).hasMessageContaining("no room");
        assertThat(SERVER.command("room list", Map.of("domain", "conference.localhost", "limit", "1000")).toString())
                .contains(room, "Cave");
        try (var visitor = new RoomVisitor(SERVER.login(owner, "x"))) {
            visitor.enter(room, "firstwitch");
            visitor.say(room, "by the pricking of my thumbs");
            assertThat(SERVER.command("room occupants", Map.of("room", room)).toString()).contains("firstwitch",
                    owner.toString(), "moderator", "owner");
            assertThat(SERVER.command("room history", Map.of("room", room)).toString())
                    .contains("by the pricking of my thumbs");
            assertThat(SERVER.command("room show", Map.of("room", room)).toString()).contains("occupants=1",
                    "owners=1");
            SERVER.command("room config", Map.of("room", room, "setting", "moderatedroom", "value", "1"));
            visitor.until("code='104'");
            assertThatThrownBy(() -> SERVER.command("room config",
                    Map.of("room", room, "setting", "moderatedroom", "value", "perhaps")))
                    .isInstanceOf(AdminException.class);
            assertThatThrownBy(() -> SERVER.command("room affiliation",
                    Map.of("room", room, "address", owner.toString(), "affiliation", "none")))
                    .isInstanceOf(AdminException.class).hasMessageContaining("only owner");
            SERVER.command("room affiliation",
                    Map.of("room", room, "address", "hag@elsewhere.example", "affiliation", "outcast"));
            assertThat(SERVER.command("room affiliation", Map.of("room", room)).toString())
                    .contains("hag@elsewhere.example", "outcast");
            SERVER.command("room destroy", Map.of("room", room, "reason", "curfew"));
            visitor.until("<destroy", "curfew");
        }
        assertThatThrownBy(() -> SERVER.command("room show", Map.of("room", room))).isInstanceOf(AdminException.class);
    }

    @Test void aDetachedOccupantLeavesABusyRoomInsteadOfMissingMessages() throws Exception {
        String room = "busy@conference.localhost";
        try (var owner = RoomVisitor.at(SERVER, "crone"); var guest = RoomVisitor.at(SERVER, "hag")) {
            owner.make(room, "firstwitch", Map.of());
            guest.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
            String stream = guest.until("<enabled").attribute("id");
            guest.enter(room, "thirdwitch");
            var hag = guest.jid();
            guest.client().close();
            SERVER.awaitDetached(hag);
            owner.say(room, "a little can be kept");
            owner.client().fence();
            assertThat(SERVER.command("room occupants", Map.of("room", room)).toString()).contains("thirdwitch");
            for (int i = 0; i < 20; i++) owner.send(
                    "<message type='groupchat' to='" + room + "'><body>" + "x".repeat(10_000) + "</body></message>");
            owner.until("<presence", "unavailable", "/thirdwitch");
            var back = SERVER.authenticate(hag.bare())
                    .send("<resume xmlns='urn:xmpp:sm:3' previd='" + stream + "' h='0'/>");
            assertThat(back.receive().name()).isEqualTo("failed");
            back.close();
        }
    }

    /** A room sends the presence of all occupants at once, before the new occupant can acknowledge any of it. */
    @Test void aNewOccupantHasTimeToAcknowledgeManyPresences() throws Exception {
        String room = "talkative@conference.localhost";
        var there = new ArrayList<RoomVisitor>();
        try (var hag = RoomVisitor.at(SERVER, "hag")) {
            for (int i = 0; i < 6; i++) there.add(RoomVisitor.at(SERVER, "witch"));
            there.getFirst().make(room, "witch0", Map.of());
            for (int i = 0; i < 6; i++) there.get(i)
                    .send("<presence to='" + room + "/witch" + i + "'><x xmlns='" + MUC + "'/><status>"
                            + "x".repeat(120_000) + "</status></presence>")
                    .until("<presence", "code='110'", "<status>");
            hag.send("<enable xmlns='urn:xmpp:sm:3'/>").until("<enabled");
            hag.enter(room, "hag");
            assertThat(condition(hag.ask("get", room + "/hag", "<ping xmlns='urn:xmpp:ping'/>"))).isEmpty();
        } finally {
            for (var visitor : there) visitor.close();
        }
    }

    @Test void aReusedAccountNameOwnsNoRoomsOfTheDeletedAccount() throws Exception {
        String room = "inherited@conference.localhost";
        String kept = "kept@conference.localhost";
        var crone = SERVER.account("crone");
        try (var guest = RoomVisitor.at(SERVER, "hag")) {
            try (var owner = new RoomVisitor(SERVER.login(crone, "x"))) {
                owner.make(room, "firstwitch", Map.of("persistentroom", "1"));
                owner.make(kept, "firstwitch", Map.of("persistentroom", "1"));
                guest.enter(room, "thirdwitch");
                SERVER.command("user del", Map.of("account", crone.toString()));
                guest.until("<presence", "unavailable", "/firstwitch");
            }
            SERVER.account(crone, LocalServer.PASSWORD);
            try (var heir = new RoomVisitor(SERVER.login(crone, "x"))) {
                for (String one : List.of(room, kept))
                    assertThat(condition(heir.ask("get", one, "<query xmlns='" + MUC + "#owner'/>"))).as(one)
                            .isEqualTo("forbidden");
            }
        }
    }

    @Test void blockingAnOccupantRemovesNoUserFromTheRoom() throws Exception {
        String room = "blocked@conference.localhost";
        try (var owner = RoomVisitor.at(SERVER, "crone"); var guest = RoomVisitor.at(SERVER, "hag")) {
            owner.make(room, "firstwitch", Map.of());
            guest.enter(room, "thirdwitch");
            guest.ask("set", guest.jid().bare().toString(),
                    "<block xmlns='urn:xmpp:blocking'><item jid='" + room + "/firstwitch'/></block>");
            owner.say(room, "unheard");
            owner.say(room, "and again");
            owner.send("<message type='chat' id='unwanted' to='" + room + "/thirdwitch'><body>psst</body></message>");
            assertThat(condition(owner.until("id='unwanted'"))).isEqualTo("service-unavailable");
            assertThat(condition(guest.ask("get", room + "/thirdwitch", "<ping xmlns='urn:xmpp:ping'/>"))).isEmpty();
        }
    }
}
