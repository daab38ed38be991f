package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Two clients write different forms of the same data at once: in the end all forms agree. */
class ConcurrentViewsTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final int ROUNDS = 40;
    private static final String OPEN =
            "<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>"
                    + "<field var='pubsub#access_model'><value>open</value></field></x></publish-options></pubsub>";

    private static String iq(String type, int i, String payload) {
        return "<iq type='" + type + "' id='" + i + "'>" + payload + "</iq>";
    }

    private static String publication(String node, String id, String payload) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='" + node + "'><item id='" + id + "'>"
                + payload + "</item></publish></pubsub>";
    }

    private static ReceivedXml ask(Client client, String payload) throws Exception {
        client.send(iq("get", 1, payload));
        for (ReceivedXml next = client.receive();; next = client.receive())
            if (next.name().equals("iq") && next.attribute("id").equals("1")) return next;
    }

    private static ReceivedXml items(Client client, String node) throws Exception {
        return ask(client, "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='" + node + "'/></pubsub>")
                .child("pubsub").orElseThrow().child("items").orElseThrow();
    }

    private static void receiveResults(Client client) throws Exception { receiveResults(client, ROUNDS); }

    private static void receiveResults(Client client, int many) throws Exception {
        for (int i = 0; i < many;) {
            var next = client.receive();
            if (!next.name().equals("iq")) continue;
            assertThat(next.attribute("type")).as(next.toString()).isEqualTo("result");
            i++;
        }
    }

    @Test void bothFormsOfBookmarksAgree() throws Exception {
        var account = SERVER.account("juliet");
        try (var modern = SERVER.login(account, "modern"); var old = SERVER.login(account, "old");
                var older = SERVER.login(account, "older")) {
            for (int i = 0; i < ROUNDS; i++) {
                modern.send(iq("set", 100 + i, publication("urn:xmpp:bookmarks:1", "room" + i % 7 + "@rooms.example",
                        "<conference xmlns='urn:xmpp:bookmarks:1' name='modern " + i + "'/>")));
                var list = "<storage xmlns='storage:bookmarks'><conference jid='room" + i % 5
                        + "@rooms.example' name='old " + i + "'/><conference jid='other" + i % 3
                        + "@rooms.example'/></storage>";
                old.send(iq("set", 100 + i, publication("storage:bookmarks", "current", list)));
                older.send(iq("set", 100 + i,
                        "<query xmlns='jabber:iq:private'>" + list.replace("old ", "older ") + "</query>"));
            }
            for (Client client : List.of(modern, old, older)) receiveResults(client);
            var items = items(modern, "urn:xmpp:bookmarks:1").children().stream()
                    .map(item -> item.attribute("id") + " " + item.child("conference").orElseThrow().attribute("name"))
                    .collect(Collectors.toSet());
            var list =
                    rooms(items(old, "storage:bookmarks").child("item").orElseThrow().child("storage").orElseThrow());
            var inPrivate =
                    rooms(ask(older, "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>")
                            .child("query").orElseThrow().child("storage").orElseThrow());
            assertThat(items).isNotEmpty().isEqualTo(list).isEqualTo(inPrivate);
        }
    }

    private static java.util.Set<String> rooms(ReceivedXml storage) {
        return storage.children().stream().map(room -> room.attribute("jid") + " " + room.attribute("name"))
                .collect(Collectors.toSet());
    }

    @Test void bothFormsOfACardAgree() throws Exception {
        var account = SERVER.account("juliet");
        try (var modern = SERVER.login(account, "modern"); var old = SERVER.login(account, "old")) {
            for (int i = 0; i < ROUNDS; i++) {
                modern.send(iq("set", 100 + i,
                        publication("urn:xmpp:vcard4", "current",
                                "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>modern " + i
                                        + "</text></fn><gender><sex>F</sex></gender></vcard>")));
                old.send(iq("set", 100 + i,
                        "<vCard xmlns='vcard-temp'><FN>old " + i + "</FN><MAILER>dove</MAILER></vCard>"));
            }
            for (Client client : List.of(modern, old)) receiveResults(client);
            var four = items(modern, "urn:xmpp:vcard4").child("item").orElseThrow().child("vcard").orElseThrow();
            var temp = ask(old, "<vCard xmlns='vcard-temp'/>").child("vCard").orElseThrow();
            assertThat(four.child("fn").orElseThrow().child("text").orElseThrow().text())
                    .isEqualTo(temp.child("FN").orElseThrow().text());
            assertThat(four.child("gender")).isPresent();
            assertThat(temp.child("MAILER")).isPresent();
        }
    }

    /**
     * Two clients publish a picture and then its metadata, a third sets a picture in the card. In every order, metadata
     * and card show the same stored picture.
     */
    @Test void metadataAndCardShowTheSameStoredPicture() throws Exception {
        var account = SERVER.account("juliet");
        try (var modern = SERVER.login(account, "modern"); var other = SERVER.login(account, "other");
                var old = SERVER.login(account, "old")) {
            for (int i = 0; i < ROUNDS; i++) {
                for (Client client : List.of(modern, other)) {
                    client.send(iq("set", 1,
                            publication("urn:xmpp:avatar:data", hash(picture(client, i)),
                                    "<data xmlns='urn:xmpp:avatar:data'>"
                                            + Base64.getEncoder().encodeToString(picture(client, i)) + "</data>")
                                    .replace("</pubsub>", OPEN)));
                    receiveResults(client, 1);
                }
                old.send(iq("set", 1, "<vCard xmlns='vcard-temp'><FN>J</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>"
                        + Base64.getEncoder().encodeToString(picture(old, i)) + "</BINVAL></PHOTO></vCard>"));
                for (Client client : List.of(modern, other)) client.send(iq("set", 1,
                        publication("urn:xmpp:avatar:metadata", hash(picture(client, i)),
                                "<metadata xmlns='urn:xmpp:avatar:metadata'><info id='" + hash(picture(client, i))
                                        + "' bytes='" + picture(client, i).length
                                        + "' type='image/png'/></metadata>")));
                for (Client client : List.of(modern, other, old)) receiveResults(client, 1);
                var announced = items(modern, "urn:xmpp:avatar:metadata").child("item").orElseThrow().child("metadata")
                        .orElseThrow().child("info").orElseThrow().attribute("id");
                var shown = ask(old, "<vCard xmlns='vcard-temp'/>").child("vCard").orElseThrow().child("PHOTO")
                        .orElseThrow().child("BINVAL").orElseThrow().text();
                assertThat(hash(Base64.getDecoder().decode(shown))).as("round " + i).isEqualTo(announced);
                assertThat(items(other, "urn:xmpp:avatar:data").children()).extracting(item -> item.attribute("id"))
                        .contains(announced);
            }
        }
    }

    private static byte[] picture(Client client, int i) {
        return (client.jid().resource() + i).getBytes(StandardCharsets.UTF_8);
    }

    private static String hash(byte[] picture) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(picture));
    }
}
