package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.util.List;
import org.junit.jupiter.api.Test;

/** XEP-0359 §3 rule 2: only the archive's owner sets an id in its name. The dialogue xep-0359 checks the id itself. */
class StanzaIdsTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String SID = "urn:xmpp:sid:0";

    private static String id(Jid by) { return "<stanza-id xmlns='" + SID + "' by='" + by + "' id='forged'/>"; }

    private static List<String> ids(ReceivedXml message, Jid by) {
        return message.children().stream()
                .filter(e -> e.is(SID, "stanza-id") && e.attribute("by").equals(by.toString()))
                .map(e -> e.attribute("id")).toList();
    }

    @Test void forgedStanzaIdsAreRemovedFromDeliveredMessages() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r");
                var juliet = SERVER.login(SERVER.account("juliet"), "j")) {
            var his = romeo.jid().bare();
            var hers = juliet.jid().bare();
            for (var kind : List.of("type='chat'", "type='headline'", "type='groupchat'", "type='error'", "")) {
                romeo.send("<message " + kind + " to='" + juliet.jid() + "'><body>x</body>" + id(hers) + id(hers)
                        + id(his) + id(juliet.jid()) + "</message>");
                var message = juliet.receive();
                assertThat(ids(message, hers)).as(kind)
                        .hasSize(kind.isEmpty() || kind.contains("chat'") && !kind.contains("group") ? 1 : 0)
                        .doesNotContain("forged");
                assertThat(ids(message, his)).as(kind).isEmpty(); // ids of the sender's archive stay private
            }
        }
    }

    @Test void forgedStanzaIdsAreRemovedFromArchivedMessages() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r");
                var juliet = SERVER.login(SERVER.account("juliet"), "j")) {
            romeo.send("<message type='chat' to='" + juliet.jid() + "'><body>x</body>" + id(juliet.jid().bare())
                    + id(romeo.jid().bare()) + "</message>");
            juliet.receive();
            for (var reader : List.of(romeo, juliet)) {
                var own = reader.jid().bare();
                reader.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>");
                var archived = reader.receive().child("result").flatMap(r -> r.child("forwarded"))
                        .flatMap(f -> f.child("message")).orElseThrow();
                assertThat(ids(archived, own)).isEmpty();
                assertThat(reader.receive().attribute("type")).isEqualTo("result");
            }
        }
    }
}
