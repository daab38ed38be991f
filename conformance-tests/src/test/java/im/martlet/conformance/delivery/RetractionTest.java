package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** XEP-0424 §4: a retracted message leaves a tombstone in the archives of both sides, even after many messages. */
class RetractionTest {
    private static final LocalServer SERVER = LocalServer
            .start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\noffline_messages = 10000\n"));
    private static final String SM = "urn:xmpp:sm:3";
    private static final String RETRACT = "urn:xmpp:message-retract:1";

    @AfterAll static void stop() { SERVER.close(); }

    private static String message(Object to, String id) {
        return "<message type='chat' to='" + to + "' id='" + id + "'><body>" + id + "</body></message>";
    }

    private static void awaitAcknowledgement(Client client, int stanzas) throws Exception {
        client.send("<r xmlns='" + SM + "'/>");
        while (!client.receive().attribute("h").equals(String.valueOf(stanzas))) {}
    }

    /** Returns the first messages of an archive. */
    private static List<ReceivedXml> first(Client client, int count) throws Exception {
        client.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'>"
                + "<set xmlns='http://jabber.org/protocol/rsm'><max>" + count + "</max></set></query></iq>");
        var found = new ArrayList<ReceivedXml>();
        for (var next = client.receive(); !next.attribute("id").equals("q"); next = client.receive())
            next.child("result").flatMap(r -> r.child("forwarded")).flatMap(f -> f.child("message"))
                    .ifPresent(found::add);
        return found;
    }

    @Test void retractionOfAnOldMessageIsCoveredByTheAcknowledgement() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            romeo.send("<enable xmlns='" + SM + "'/>").receive();
            romeo.send(message(juliet, "old") + message(juliet, "kept"));
            for (int i = 0; i < 1200; i++) romeo.send(message(juliet, "m" + i));
            awaitAcknowledgement(romeo, 1202);
            romeo.send("<message type='chat' to='" + juliet + "' id='back'><retract xmlns='" + RETRACT
                    + "' id='old'/><store xmlns='urn:xmpp:hints'/></message>");
            awaitAcknowledgement(romeo, 1203);
            try (var recipient = SERVER.login(juliet, "j"); var other = SERVER.login(romeo.jid().bare(), "other")) {
                for (var reader : List.of(recipient, other)) {
                    var messages = first(reader, 2);
                    assertThat(messages).extracting(m -> m.attribute("id")).containsExactly("old", "kept");
                    assertThat(messages.getFirst().child("body")).isEmpty();
                    assertThat(messages.getFirst().child("retracted").orElseThrow().attribute("id")).isEqualTo("back");
                    assertThat(messages.getLast().child("body").orElseThrow().text()).isEqualTo("kept");
                }
            }
        }
    }
}
