package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A detached session receives more than the server keeps for it: a resumed session is complete (XEP-0198 §5). */
class LongAwayTest {
    private static final LocalServer SERVER =
            LocalServer.start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\n"));
    private static final String SM = "urn:xmpp:sm:3";
    private static final int SENT = 40; // of 20,000 bytes: 800 KiB, and the server keeps 512
    private static final List<String> ALL = IntStream.rangeClosed(1, SENT).mapToObj(i -> "m" + i).toList();

    private final Jid account = SERVER.account("reader");
    private String stream = "";

    @AfterAll static void stop() { SERVER.close(); }

    @BeforeEach void phoneGoesAway() throws Exception {
        var phone = SERVER.login(account, "phone").send("<enable xmlns='" + SM
                + "' resume='true'/><iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq><presence/>");
        stream = phone.receive().attribute("id");
        phone.receive();
        assertThat(phone.receive().name()).isEqualTo("presence");
        phone.send("<a xmlns='" + SM + "' h='2'/>").close();
        SERVER.awaitDetached(phone.jid());
    }

    /** Sends all messages to the account, while a laptop receives them and acknowledges nothing. */
    private void deliverToLaptop(String resource, String more) throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r");
                var laptop = SERVER.login(account, "laptop").send("<presence/>")) {
            laptop.fence();
            for (var id : ALL) romeo.send("<message type='chat' to='" + account + resource + "' id='" + id + "'><body>"
                    + "x".repeat(20_000) + "</body>" + more + "</message>");
            romeo.fence();
            assertThat(ids(messages(laptop))).isEqualTo(ALL);
        }
        SERVER.awaitGone(account.withResource("laptop"));
    }

    /** Returns the messages that the resumed phone receives, or none if its session has ended. */
    private List<ReceivedXml> resumePhone() throws Exception {
        try (var phone =
                SERVER.authenticate(account).send("<resume xmlns='" + SM + "' previd='" + stream + "' h='2'/>")) {
            var answer = phone.receive();
            if (answer.child("item-not-found").isPresent()) return List.of();
            assertThat(answer.name()).isEqualTo("resumed");
            return messages(phone);
        }
    }

    private static List<ReceivedXml> messages(Client client) throws Exception {
        var messages = new ArrayList<ReceivedXml>();
        while (messages.size() < SENT) {
            var next = client.receive();
            if (next.name().equals("message")) messages.add(next);
        }
        return messages;
    }

    private static List<String> ids(List<ReceivedXml> messages) {
        return messages.stream().map(m -> m.attribute("id")).toList();
    }

    @Test void archivedMessagesAreReadFromTheArchiveOnResumption() throws Exception {
        deliverToLaptop("", "");
        assertThat(ids(resumePhone())).isEqualTo(ALL);
    }

    @Test void unarchivedMessageDeliveredElsewhereIsNotSentWithoutItsBody() throws Exception {
        deliverToLaptop("", "<no-permanent-store xmlns='urn:xmpp:hints'/>");
        assertThat(resumePhone()).allMatch(m -> m.child("body").isPresent());
    }

    @Test void carbonIsRedeliveredAsACarbon() throws Exception { // XEP-0280 §7
        deliverToLaptop("/laptop", "");
        assertThat(resumePhone()).allMatch(m -> m.child("received").isPresent());
    }

    @Test void acknowledgingClientReceivesAllOfflineMessagesDespiteLittleMemory() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\n")
                + "[stream_management]\nmemory = '64 KiB'\n"); var romeo = server.login(server.account("romeo"), "r")) {
            var juliet = server.account("juliet");
            for (int i = 1; i <= 12; i++) romeo.send("<message type='chat' to='" + juliet + "' id='m" + i + "'><body>"
                    + "x".repeat(200_000) + "</body><no-permanent-store xmlns='urn:xmpp:hints'/></message>");
            assertThat(romeo
                    .send("<iq type='get' to='" + juliet
                            + "' id='f'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                    .receive().attribute("id")).isEqualTo("f"); // after the messages
            try (var phone =
                    server.login(juliet, "phone").send("<enable xmlns='" + SM + "' resume='true'/><presence/>")) {
                assertThat(phone.receive().name()).isEqualTo("enabled");
                var received = new ArrayList<String>();
                for (int handled = 0; received.size() < 12;) {
                    var next = phone.receive();
                    if (next.is(SM, "r")) phone.send("<a xmlns='" + SM + "' h='" + handled + "'/>");
                    else {
                        handled++;
                        if (next.name().equals("message")) received.add(next.attribute("id"));
                    }
                }
                assertThat(received).isEqualTo(ALL.subList(0, 12));
            }
        }
    }
}
