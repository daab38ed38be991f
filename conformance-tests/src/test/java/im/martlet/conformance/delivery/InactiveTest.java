package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/**
 * XEP-0352 with XEP-0198: stanzas that are held back from an inactive client do not block its requests, and do not end
 * its session.
 */
class InactiveTest {
    private static final String LIMITS = LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\n");
    private static final String SM = "urn:xmpp:sm:3";

    private static Client inactive(LocalServer server) throws Exception {
        var phone = server.login(server.account("juliet"), "phone").send("<enable xmlns='" + SM + "' resume='true'/>");
        assertThat(phone.receive().name()).isEqualTo("enabled");
        phone.send("<inactive xmlns='urn:xmpp:csi:0'/>").fence();
        return phone;
    }

    /** Sends directed presence of this size. */
    private static void sendPresence(Client from, Client to, int bytes) throws Exception {
        from.send("<presence to='" + to.jid() + "'><status>" + "x".repeat(bytes) + "</status></presence>").fence();
    }

    /** Requests a page of the archive, and waits for the reply. */
    private static void readArchive(Client phone) throws Exception {
        phone.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>");
        int handled = 1; // the reply to the fence
        for (var next = phone.receive(); !next.attribute("id").equals("q"); next = phone.receive()) {
            if (next.is(SM, "r")) phone.send("<a xmlns='" + SM + "' h='" + handled + "'/>");
            else handled++;
        }
    }

    @Test void largeHeldPresenceDoesNotBlockTheArchive() throws Exception {
        try (var server = LocalServer.start(LIMITS); var phone = inactive(server);
                var romeo = server.login(server.account("romeo"), "r")) {
            sendPresence(romeo, phone, 200_000);
            readArchive(phone);
        }
    }

    @Test void heldPresencesOverTheMemoryLimitDoNotEndTheSession() throws Exception {
        try (var server = LocalServer.start(LIMITS + "[stream_management]\nmemory = '64 KiB'\n");
                var phone = inactive(server)) {
            var others = new ArrayList<Client>();
            for (int i = 0; i < 8; i++) {
                others.add(server.login(server.account("other"), "r"));
                sendPresence(others.getLast(), phone, 10_000);
            }
            phone.send("<active xmlns='urn:xmpp:csi:0'/>");
            for (int presences = 0; presences < others.size();) {
                var next = phone.receive();
                assertThat(next.name()).isIn("presence", "r");
                if (next.name().equals("presence")) presences++;
            }
            for (var other : others) other.close();
        }
    }
}
