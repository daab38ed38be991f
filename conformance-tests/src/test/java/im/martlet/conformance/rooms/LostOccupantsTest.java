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

/** Occupants who cannot be reached any more: nobody is in two minds for long about who is in a room. */
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

    @Test void whoseServerIsGoneLeavesWhenSomethingIsSaidToThem() throws Exception {
        String room = "gone@conference.rooms.example";
        try (var romeo = new RoomVisitor(rooms.login("romeo"))) {
            try (var other = FederatedServer.start("gone.example", AUTHORITY, DNS);
                    var juliet = new RoomVisitor(other.login("juliet"))) {
                enter(romeo, juliet, room);
                DNS.forget("gone.example");
            } // it says goodbye, but perhaps not to us: what it says last, and the end of the stream, race
            romeo.send("<message type='groupchat' to='" + room + "'><body>are you there?</body></message>");
            romeo.until("<presence", "unavailable", "/juliet");
            assertThat(rooms.server.command("room occupants", Map.of("room", room)).toString())
                    .doesNotContain("juliet");
        }
    }

    @Test void whoIsSilentIsAskedAndStaysWhenTheyAnswer() throws Exception {
        String room = "silent@conference.rooms.example";
        try (var romeo = new RoomVisitor(rooms.login("romeo")); var other = FederatedServer.start("silent.example",
                AUTHORITY, AUTHORITY.certify("silent.example"), DNS, "[rejoin]\nenabled = false");
                var juliet = new RoomVisitor(other.login("juliet"))) {
            enter(romeo, juliet, room);
            var ping = juliet.until("<iq", "urn:xmpp:ping", "from='" + room + "'");
            juliet.send("<iq type='result' id='" + ping.attribute("id") + "' to='" + room + "'/>");
            juliet.until("<iq", "urn:xmpp:ping", "from='" + room + "'"); // she is still there, and is asked again
            assertThat(rooms.server.command("room occupants", Map.of("room", room)).toString()).contains("juliet");
            var again = juliet.until("<iq", "urn:xmpp:ping", "from='" + room + "'");
            juliet.send("<iq type='error' id='" + again.attribute("id") + "' to='" + room
                    + "'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
            juliet.until("<presence", "unavailable", "code='333'", "code='110'");
            romeo.until("<presence", "unavailable", "/juliet", "code='333'");
        }
    }
}
