package im.martlet.conformance.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Occupants that cannot be reached any more: the servers soon agree on the occupants of a room. */
class LostOccupantsTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static FederatedServer rooms;

    @BeforeAll static void start() {
        rooms = FederatedServer.start("rooms.example", AUTHORITY, AUTHORITY.certify("rooms.example", "*.rooms.example"),
                DNS, "timeout = '2s'\n[rooms]\nprobe = '1s'");
        DNS.server("conference.rooms.example", "xmpp-server", 10, rooms.port());
    }

    @AfterAll static void stop() {
        rooms.close();
        DNS.close();
    }

    private static void enter(RoomVisitor romeo, RoomVisitor juliet, String room) throws Exception {
        romeo.make(room, "romeo", Map.of());
        juliet.enter(room, "juliet");
        romeo.until("<presence", "/juliet");
    }

    @Test void anOccupantOfALostServerLeavesAtTheNextMessage() throws Exception {
        String room = "gone@conference.rooms.example";
        try (var romeo = new RoomVisitor(rooms.login("romeo"))) {
            try (var other = FederatedServer.start("gone.example", AUTHORITY, DNS);
                    var juliet = new RoomVisitor(other.login("juliet"))) {
                enter(romeo, juliet, room);
                DNS.forget("gone.example");
            } // its last presence races with the end of the stream and may be lost
            romeo.send("<message type='groupchat' to='" + room + "'><body>are you there?</body></message>");
            romeo.until("<presence", "unavailable", "/juliet");
            assertThat(rooms.server.command("room occupants", Map.of("room", room)).toString())
                    .doesNotContain("juliet");
        }
    }

    @Test void aSilentOccupantIsPingedAndStaysIfItAnswers() throws Exception {
        String room = "silent@conference.rooms.example";
        try (var romeo = new RoomVisitor(rooms.login("romeo")); var other = FederatedServer.start("silent.example",
                AUTHORITY, AUTHORITY.certify("silent.example"), DNS, "[rejoin]\nenabled = false");
                var juliet = new RoomVisitor(other.login("juliet"))) {
            enter(romeo, juliet, room);
            var ping = juliet.until("<iq", "urn:xmpp:ping", "from='" + room + "'");
            juliet.send("<iq type='result' id='" + ping.attribute("id") + "' to='" + room + "'/>");
            juliet.until("<iq", "urn:xmpp:ping", "from='" + room + "'"); // juliet has stayed, and the room asks again
            assertThat(rooms.server.command("room occupants", Map.of("room", room)).toString()).contains("juliet");
            var again = juliet.until("<iq", "urn:xmpp:ping", "from='" + room + "'");
            juliet.send("<iq type='error' id='" + again.attribute("id") + "' to='" + room
                    + "'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
            juliet.until("<presence", "unavailable", "code='333'", "code='110'");
            romeo.until("<presence", "unavailable", "/juliet", "code='333'");
        }
    }
}
