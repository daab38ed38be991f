package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Clients that request more of a long archive than they read (XEP-0313, XEP-0198) keep their sessions. */
class LongHistoryTest {
    private static final LocalServer SERVER =
            LocalServer.start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\n"));
    private static final String SM = "urn:xmpp:sm:3";

    @AfterAll static void stop() { SERVER.close(); }

    /** Sends messages to the client's own account. */
    private static void write(Client client, int count, int bytes) throws Exception {
        for (int i = 0; i < count; i++) client.send("<message type='chat' to='" + client.jid().bare()
                + "' id='m'><body>" + "x".repeat(bytes) + "</body></message>");
        client.fence();
    }

    private static String query(String id) {
        return "<iq type='set' id='" + id + "'><query xmlns='urn:xmpp:mam:2'>"
                + "<set xmlns='http://jabber.org/protocol/rsm'><max>50</max></set></query></iq>";
    }

    private static void ask(Client client, int times) throws IOException {
        var all = new StringBuilder();
        for (int i = 0; i < times; i++) all.append(query("q" + i));
        client.send(all.toString());
    }

    /**
     * Reads this number of replies, and acknowledges on request.
     *
     * @param handled the number of stanzas received before
     * @return the replies in order
     */
    private static List<ReceivedXml> answers(Client client, int count, int handled) throws Exception {
        var answers = new ArrayList<ReceivedXml>();
        var results = new ArrayList<String>();
        var sizes = new java.util.HashSet<Integer>();
        while (answers.size() < count) {
            var next = client.receive();
            if (next.is(SM, "r")) client.send("<a xmlns='" + SM + "' h='" + handled + "'/>");
            else {
                assertThat(next.name()).isIn("message", "iq");
                handled++;
                next.child("result").ifPresent(result -> results.add(result.attribute("id")));
                if (next.name().equals("message")) continue;
                next.child("fin").flatMap(fin -> fin.child("set")).ifPresent(page -> {
                    assertThat(results).startsWith(page.child("first").orElseThrow().text())
                            .endsWith(page.child("last").orElseThrow().text());
                    sizes.add(results.size());
                    results.clear();
                });
                answers.add(next);
            }
        }
        assertThat(sizes).as("all pages have the same size").hasSizeLessThan(2);
        return answers;
    }

    private static Client withHistory(Jid account) throws Exception {
        var client = SERVER.login(account, "x");
        write(client, 60, 20_000);
        return client;
    }

    @Test void requestedArchivePagesSurviveALostConnection() throws Exception {
        var romeo = SERVER.account("romeo");
        var client = withHistory(romeo);
        client.send("<enable xmlns='" + SM + "' resume='true'/>");
        String stream = client.receive().attribute("id");
        ask(client, 20);
        client.send("<iq type='get' id='ping' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        // afterwards the server has all requests, and the client has acknowledged nothing
        while (!client.receive().attribute("id").equals("ping")) {}
        client.close();
        SERVER.awaitDetached(client.jid());
        try (var again =
                SERVER.authenticate(romeo).send("<resume xmlns='" + SM + "' previd='" + stream + "' h='0'/>")) {
            assertThat(again.receive().name()).isEqualTo("resumed");
            assertThat(answers(again, 21, 0)).extracting(a -> a.attribute("id")).filteredOn(id -> id.startsWith("q"))
                    .containsExactly(
                            java.util.stream.IntStream.range(0, 20).mapToObj(i -> "q" + i).toArray(String[]::new));
        }
    }

    @Test void tooManyUnacknowledgedPagesAreRefusedWithWait() throws Exception {
        try (var client = withHistory(SERVER.account("romeo"))) {
            client.send("<enable xmlns='" + SM + "'/>").receive();
            ask(client, 100);
            var refused = answers(client, 60, 0).stream().filter(a -> a.attribute("type").equals("error")).toList();
            assertThat(refused).isNotEmpty().allSatisfy(a -> {
                assertThat(a.child("error").orElseThrow().attribute("type")).isEqualTo("wait");
                assertThat(a.child("error").orElseThrow().child("resource-constraint")).isPresent();
            });
        }
    }
}
