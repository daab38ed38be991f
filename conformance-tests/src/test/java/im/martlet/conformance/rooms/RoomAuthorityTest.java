package im.martlet.conformance.rooms;

import static im.martlet.conformance.harness.RoomVisitor.MUC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.RoomVisitor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The permissions in rooms: every operation, by users of every affiliation and role, in rooms of several kinds. The
 * expected results are written here from the tables of XEP-0045 §5, independent of the code of the server.
 */
class RoomAuthorityTest {
    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static LocalServer server;
    private static RoomVisitor owner;
    private static RoomVisitor actor;
    private static RoomVisitor target;
    private static RoomVisitor absent;

    @BeforeAll static void start() throws Exception {
        server = LocalServer
                .start(LocalServer.SETTINGS.replace("[limits]\n", "[rooms]\nper_account = 0\n[limits]\nrate = 0\n"));
        owner = RoomVisitor.at(server, "owner");
        actor = RoomVisitor.at(server, "actor");
        target = RoomVisitor.at(server, "target");
        absent = RoomVisitor.at(server, "absent");
    }

    @AfterAll static void stop() throws Exception {
        for (var visitor : List.of(owner, actor, target, absent)) visitor.close();
        server.close();
    }

    /** @param role "none" for a user outside the room */
    private record UserRank(String affiliation, String role) {
        boolean is(String least) { return rank(affiliation) >= rank(least); }

        static int rank(String affiliation) {
            return List.of("outcast", "none", "member", "admin", "owner").indexOf(affiliation);
        }

        boolean moderates() { return role.equals("moderator") || is("admin"); }

        boolean isHere() { return !role.equals("none"); }
    }

    private static final List<UserRank> RANKS = List.of(new UserRank("owner", "moderator"),
            new UserRank("admin", "moderator"),
            new UserRank("member", "moderator"), new UserRank("member", "participant"),
            new UserRank("member", "visitor"), new UserRank("none", "moderator"), new UserRank("none", "participant"),
            new UserRank("none", "visitor"),
            new UserRank("owner", "none"), new UserRank("admin", "none"), new UserRank("member", "none"),
            new UserRank("none", "none"),
            new UserRank("outcast", "none"));

    private record Kind(String name, Map<String, String> settings) {
        boolean is(String setting, String value) { return value.equals(settings.get(setting)); }

        boolean isClosed() { return is("membersonly", "1"); }

        boolean hasPassword() { return is("passwordprotectedroom", "1"); }

        /**
         * Returns whether the room can have a user of this rank: the occupants of a members-only room are members.
         */
        boolean canHave(UserRank rank) {
            return !isClosed() || !rank.isHere() || rank.is("member");
        }

        /**
         * Returns whether the archive is open to the user. It is open to members and occupants, and to other users if
         * the room is not members-only and has no password; never to outcasts.
         */
        boolean isOpenTo(UserRank rank) {
            return !rank.affiliation.equals("outcast")
                    && (rank.is("member") || rank.isHere() || !isClosed() && !hasPassword());
        }
    }

    private static final List<Kind> KINDS = List.of(new Kind("usual", Map.of()),
            new Kind("moderated, open to see, everybody changes the subject",
                    Map.of("moderatedroom", "1", "whois", "anyone", "changesubject", "1", "allowpm", "participants")),
            new Kind("for members only", Map.of("membersonly", "1")),
            new Kind("with a password", Map.of("passwordprotectedroom", "1", "roomsecret", "cauldronburn")));

    private interface Action {
        ReceivedXml by(RoomVisitor visitor, String room) throws Exception;
    }

    private interface Expected {
        String of(UserRank rank, Kind kind);
    }

    private record Operation(String name, Action action, Expected expected) {}

    private static Action administer(String item) {
        return (visitor, room) -> visitor.administer(room, item.replace("ABSENT", absent.jid().bare().toString())
                .replace("TARGET", target.jid().bare().toString()));
    }

    private static Action list(String item) {
        return (visitor, room) -> visitor.ask("get", room,
                "<query xmlns='" + MUC + "#admin'><item " + item + "/></query>");
    }

    private static Action message(String to, String attributes, String payload) {
        return (visitor, room) -> {
            String id = "op-" + ROOMS.incrementAndGet();
            visitor.send("<message " + attributes + " id='" + id + "' to='" + room + to + "'>"
                    + payload.replace("ABSENT", absent.jid().bare().toString()) + "</message>");
            // the ping ends the wait: a message without an answer is not refused
            visitor.send("<iq type='get' id='end-" + id + "' to='" + room + "'><ping xmlns='urn:xmpp:ping'/></iq>");
            for (ReceivedXml next = visitor.until("id=");; next = visitor.until("id="))
                if (next.attribute("id").equals(id) || next.attribute("id").equals("end-" + id)) return next;
        };
    }

    private static String only(boolean may, String otherwise) { return may ? "" : otherwise; }

    private static ReceivedXml enter(RoomVisitor visitor, String room) throws Exception {
        String id = "op-" + ROOMS.incrementAndGet();
        return visitor.send("<presence id='" + id + "' to='" + room + "/actor'><x xmlns='" + MUC + "'/></presence>")
                .until("<presence", "id='" + id + "'");
    }

    private static final List<Operation> OPERATIONS = List.of(
            new Operation("enters", RoomAuthorityTest::enter,
                    (w, k) -> w.isHere() ? "" : w.affiliation.equals("outcast") ? "forbidden"
                            : k.isClosed() && !w.is("member") ? "registration-required"
                            : only(!k.hasPassword(), "not-authorized")),
            new Operation("says something", message("", "type='groupchat'", "<body>hail</body>"),
                    (w, _) -> !w.isHere() ? "not-acceptable" : only(!w.role.equals("visitor"), "forbidden")),
            new Operation("changes the subject", message("", "type='groupchat'", "<subject>toads</subject>"),
                    (w, k) -> !w.isHere() ? "not-acceptable"
                            : only(w.role.equals("moderator")
                                    || k.is("changesubject", "1") && w.role.equals("participant"), "forbidden")),
            new Operation("whispers", message("/target", "type='chat'", "<body>psst</body>"),
                    (w, k) -> !w.isHere() ? "not-acceptable"
                            : only(!k.is("allowpm", "participants") || !w.role.equals("visitor"), "forbidden")),
            new Operation("invites", message("", "", "<x xmlns='" + MUC + "#user'><invite to='ABSENT'/></x>"),
                    (w, k) -> !w.isHere() ? "not-acceptable" : only(!k.isClosed() || w.is("admin"), "forbidden")),
            new Operation("kicks", administer("<item nick='target' role='none'/>"),
                    (w, _) -> only(w.moderates(), "forbidden")),
            new Operation("kicks the owner", administer("<item nick='owner' role='none'/>"),
                    (w, _) -> w.moderates() ? only(w.is("owner"), "not-allowed") : "forbidden"),
            new Operation("takes voice", administer("<item nick='target' role='visitor'/>"),
                    (w, k) -> !w.moderates() ? "forbidden"
                            : k.is("moderatedroom", "1") ? ""
                            : only(w.is(k.isClosed() ? "admin" : "member"), "not-allowed")),
            new Operation("gives voice", administer("<item nick='target' role='participant'/>"),
                    (w, _) -> only(w.moderates(), "forbidden")),
            new Operation("makes a moderator", administer("<item nick='target' role='moderator'/>"),
                    (w, _) -> only(w.is("admin"), "forbidden")),
            new Operation("unmakes the owner's role", administer("<item nick='owner' role='participant'/>"),
                    (w, _) -> w.is("admin") ? "not-allowed" : "forbidden"),
            new Operation("bans somebody here", administer("<item jid='TARGET' affiliation='outcast'/>"),
                    (w, _) -> only(w.is("admin"), "forbidden")),
            new Operation("bans somebody absent", administer("<item jid='ABSENT' affiliation='outcast'/>"),
                    (w, _) -> only(w.is("admin"), "forbidden")),
            new Operation("makes a member", administer("<item jid='ABSENT' affiliation='member'/>"),
                    (w, _) -> only(w.is("admin"), "forbidden")),
            new Operation("makes an admin", administer("<item jid='ABSENT' affiliation='admin'/>"),
                    (w, _) -> only(w.is("owner"), "forbidden")),
            new Operation("makes an owner", administer("<item jid='ABSENT' affiliation='owner'/>"),
                    (w, _) -> only(w.is("owner"), "forbidden")),
            new Operation("lists outcasts", list("affiliation='outcast'"), (w, _) -> only(w.is("admin"), "forbidden")),
            new Operation("lists members", list("affiliation='member'"),
                    (w, k) -> only(
                            w.is("admin") || w.role.equals("moderator") || k.is("whois", "anyone") && w.is("member"),
                            "forbidden")),
            new Operation("lists admins", list("affiliation='admin'"),
                    (w, k) -> only(w.is("admin") || k.is("whois", "anyone") && w.is("member"), "forbidden")),
            new Operation("lists owners", list("affiliation='owner'"),
                    (w, k) -> only(w.is("admin") || k.is("whois", "anyone") && w.is("member"), "forbidden")),
            new Operation("lists participants", list("role='participant'"), (w, _) -> only(w.moderates(), "forbidden")),
            new Operation("lists moderators", list("role='moderator'"), (w, _) -> only(w.is("admin"), "forbidden")),
            new Operation("sees the configuration",
                    (v, room) -> v.ask("get", room, "<query xmlns='" + MUC + "#owner'/>"),
                    (w, _) -> only(w.is("owner"), "forbidden")),
            new Operation("configures",
                    (v, room) -> v.ask("set", room,
                            "<query xmlns='" + MUC + "#owner'><x xmlns='jabber:x:data' type='submit'/></query>"),
                    (w, _) -> only(w.is("owner"), "forbidden")),
            new Operation("sets the picture", (v, room) -> v.ask("set", room, "<vCard xmlns='vcard-temp'/>"),
                    (w, _) -> only(w.is("owner"), "forbidden")),
            new Operation("moderates", (v, room) -> v.ask("set", room,
                    "<moderate xmlns='urn:xmpp:message-moderate:1' id='0'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>"),
                    (w, _) -> w.moderates() ? "item-not-found" : "forbidden"),
            new Operation("reads the archive", (v, room) -> v.ask("set", room, "<query xmlns='urn:xmpp:mam:2'/>"),
                    (w, k) -> only(k.isOpenTo(w), "forbidden")),
            new Operation("asks the archive for somebody", (v, room) -> v.ask("set", room,
                    "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='with'><value>a@b.example</value></field></x></query>"),
                    (w, k) -> only(k.isOpenTo(w) && (w.moderates() || k.is("whois", "anyone")), "forbidden")),
            new Operation("registers", (v, room) -> v.ask("get", room, "<query xmlns='jabber:iq:register'/>"),
                    (w, k) -> only(!w.affiliation.equals("outcast") && (!k.isClosed() || w.is("member")),
                            "not-allowed")),
            new Operation("asks somebody",
                    (v, room) -> v.ask("get", room + "/nobody", "<query xmlns='jabber:iq:version'/>"),
                    (w, _) -> w.isHere() ? "item-not-found" : "not-acceptable"),
            new Operation("destroys",
                    (v, room) -> v.ask("set", room, "<query xmlns='" + MUC + "#owner'><destroy/></query>"),
                    (w, _) -> only(w.is("owner"), "forbidden")));

    /** Operations that leave the room unchanged even if they succeed, so that the next test uses the same room. */
    private static final Set<String> HARMLESS = Set.of("says something", "whispers", "lists outcasts", "lists members",
            "lists admins", "lists owners", "lists participants", "lists moderators", "sees the configuration",
            "configures", "reads the archive", "asks the archive for somebody", "registers");

    /** A room in which the actor has the rank to test; the address is empty if no room is prepared. */
    private record Prepared(Kind kind, UserRank rank, String room) {}

    private static final Prepared NOTHING = new Prepared(new Kind("", Map.of()), new UserRank("", ""), "");
    private static Prepared prepared = NOTHING;

    @TestFactory Stream<DynamicTest> everyOperationIsAllowedExactlyAsTheTablesSay() {
        return KINDS.stream()
                .flatMap(kind -> RANKS.stream().filter(kind::canHave)
                        .flatMap(rank -> OPERATIONS.stream().map(operation -> dynamicTest(
                                kind.name + ": " + rank.affiliation + "/" + rank.role + " " + operation.name,
                                () -> check(kind, rank, operation)))));
    }

    private static void check(Kind kind, UserRank rank, Operation operation) throws Exception {
        if (!kind.equals(prepared.kind) || !rank.equals(prepared.rank)) prepared = prepare(kind, rank);
        String condition = RoomVisitor.condition(operation.action.by(actor, prepared.room));
        assertEquals(operation.expected.of(rank, kind), condition);
        if (!condition.isEmpty() || HARMLESS.contains(operation.name)) return; // the room is unchanged
        for (var visitor : List.of(actor, target)) visitor.send("<presence type='unavailable' to='" + prepared.room
                + "/" + (visitor == actor ? "actor" : "target") + "'/>");
        owner.send("<presence type='unavailable' to='" + prepared.room + "/owner'/>");
        prepared = NOTHING;
    }

    private static Prepared prepare(Kind kind, UserRank rank) throws Exception {
        String room = "authority-" + ROOMS.incrementAndGet() + "@conference.localhost";
        owner.make(room, "owner", kind.settings);
        if (kind.isClosed()) owner.administer(room, "<item jid='" + target.jid().bare() + "' affiliation='member'/>");
        enterAs(target, room, "target");
        if (!rank.affiliation.equals("none"))
            owner.administer(room,
                    "<item jid='" + actor.jid().bare() + "' affiliation='" + rank.affiliation + "'/>");
        if (rank.isHere()) enterAs(actor, room, "actor");
        if (rank.isHere() && !rank.is("admin")) for (String step : List.of("visitor", rank.role))
            owner.administer(room, "<item nick='actor' role='" + step + "'/>");
        return new Prepared(kind, rank, room);
    }

    private static void enterAs(RoomVisitor visitor, String room, String nick) throws Exception {
        visitor.send("<presence to='" + room + "/" + nick + "'><x xmlns='" + MUC
                + "'><password>cauldronburn</password></x></presence>").until("<presence", "code='110'", "/" + nick);
        visitor.until("<subject");
    }
}
