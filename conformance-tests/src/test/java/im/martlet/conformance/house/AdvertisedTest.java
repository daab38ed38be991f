package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the server advertises its features, and that all places advertise the same. */
class AdvertisedTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @Test void streamFeaturesHaveHashOfDiscoInfo() throws Exception { // XEP-0115 §5.1, §6.3
        try (var client = SERVER.login(SERVER.account("viola"), "phone")) {
            var caps = client.features.child("c").orElseThrow();
            assertThat(caps.attribute("hash")).isEqualTo("sha-1");
            String node = caps.attribute("node") + "#" + caps.attribute("ver");
            client.send(
                    "<iq type='get' id='1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info' node='"
                            + node + "'/></iq>");
            var info = client.receive().child("query").orElseThrow();
            assertThat(info.attribute("node")).isEqualTo(node);
            assertThat(Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-1").digest(verification(info).getBytes(StandardCharsets.UTF_8))))
                    .isEqualTo(caps.attribute("ver"));
        }
    }

    /** Returns the verification string of §5.1, for one form with one value in each field. */
    private static String verification(ReceivedXml info) {
        var text = new StringBuilder(info.children().stream().filter(e -> e.name().equals("identity"))
                .map(i -> i.attribute("category") + "/" + i.attribute("type") + "//" + i.attribute("name")).sorted()
                .map(i -> i + "<").collect(Collectors.joining()));
        text.append(info.children().stream().filter(e -> e.name().equals("feature")).map(e -> e.attribute("var"))
                .sorted().map(var -> var + "<").collect(Collectors.joining()));
        var form = info.child("x").orElseThrow();
        var fields = form.children().stream().filter(f -> !f.attribute("var").equals("FORM_TYPE"))
                .map(f -> f.attribute("var") + "<" + f.children().getFirst().text() + "<").sorted()
                .collect(Collectors.joining());
        return text + "http://jabber.org/network/serverinfo<" + fields;
    }

    @Test void discoInfoHasAbuseContact() throws Exception { // XEP-0157 §2
        try (var client = SERVER.login(SERVER.account("viola"), "phone")) {
            client.send(
                    "<iq type='get' id='1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
            var form = client.receive().child("query").orElseThrow().child("x").orElseThrow();
            assertThat(form.attribute("type")).isEqualTo("result");
            assertThat(form.toString()).contains("FORM_TYPE", "http://jabber.org/network/serverinfo", "abuse-addresses",
                    "mailto:abuse@localhost");
        }
    }

    @ParameterizedTest(name = "XEP-{0}: {1}")
    @CsvSource({ "0012, jabber:iq:last", "0030, http://jabber.org/protocol/disco#info",
            "0030, http://jabber.org/protocol/disco#items",
            "0049, jabber:iq:private", "0054, vcard-temp", "0077, jabber:iq:register", "0092, jabber:iq:version",
            "0115, http://jabber.org/protocol/caps", "0191, urn:xmpp:blocking",
            "0199, urn:xmpp:ping", "0202, urn:xmpp:time", "0215, urn:xmpp:extdisco:2", "0280, urn:xmpp:carbons:2",
            "0424, urn:xmpp:message-retract:1" }) void supportedFeatureIsAdvertised(String xep, String feature)
                    throws Exception {
        try (var client = SERVER.login(SERVER.account("viola"), "phone")) {
            var info = client.send(
                    "<iq type='get' id='1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                    .receive().child("query").orElseThrow();
            assertThat(info.children()).filteredOn(e -> e.name().equals("feature")).extracting(e -> e.attribute("var"))
                    .contains(feature).doesNotHaveDuplicates();
            assertThat(info.children()).filteredOn(e -> e.name().equals("identity")).isNotEmpty()
                    .allSatisfy(identity -> {
                        assertThat(identity.attribute("category")).isNotEmpty(); // XEP-0030 §3.1
                        assertThat(identity.attribute("type")).isNotEmpty();
                    });
        }
    }

    /** XEP-0313 §7, XEP-0359 §5, XEP-0424 §2, §4. */
    @Test void accountAdvertisesFeaturesOfItsArchive() throws Exception {
        var account = SERVER.account("viola");
        try (var client = SERVER.login(account, "phone")) {
            var info = client
                    .send("<iq type='get' id='1' to='" + account
                            + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                    .receive().child("query").orElseThrow();
            assertThat(info.children()).filteredOn(e -> e.name().equals("feature")).extracting(e -> e.attribute("var"))
                    .doesNotHaveDuplicates().doesNotContain("urn:xmpp:mam:2#groupchat-available")
                    .contains("urn:xmpp:mam:2", "urn:xmpp:mam:2#extended", "urn:xmpp:mam:2#groupchat-field",
                            "urn:xmpp:sid:0", "urn:xmpp:message-retract:1", "urn:xmpp:message-retract:1#tombstone");
        }
    }

    /** XEP-0060 §6.1.7, §6.3.1, §7.1.1, §7.1.4, §7.1.5, §8.1.3, §9, §12.14; XEP-0163 §5, §6.1. */
    @Test void mandatoryPubSubFeaturesAreAdvertised() throws Exception {
        var must = List.of("last-published", "subscription-options", "publish", "auto-create", "publish-options",
                "create-and-configure", "subscription-notifications");
        var account = SERVER.account("viola");
        try (var client = SERVER.login(account, "phone")) {
            for (String at : List.of("pubsub.localhost", account.toString())) {
                var info = client
                        .send("<iq type='get' id='1' to='" + at
                                + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                        .receive().child("query").orElseThrow();
                var features = info.children().stream().filter(e -> e.name().equals("feature"))
                        .map(e -> e.attribute("var")).toList();
                assertThat(features).as(at).doesNotHaveDuplicates()
                        .containsAll(must.stream().map(f -> "http://jabber.org/protocol/pubsub#" + f).toList());
                boolean personal = at.equals(account.toString());
                for (String own : List.of("pubsub-on-a-jid", "auto-subscribe", "filtered-notifications",
                        "access-presence"))
                    assertThat(features.contains("http://jabber.org/protocol/pubsub#" + own)).as(at + " " + own)
                            .isEqualTo(personal);
                assertThat(info.children()).filteredOn(e -> e.name().equals("identity"))
                        .anyMatch(e -> e.attribute("category").equals("pubsub")
                                && e.attribute("type").equals(personal ? "pep" : "service"));
            }
        }
    }

    @Test void serverTimeIsInUtcWithTimeZone() throws Exception { // XEP-0202 §2, in the forms of XEP-0082
        try (var client = SERVER.login(SERVER.account("viola"), "phone")) {
            var before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            var time = client.send("<iq type='get' id='1' to='localhost'><time xmlns='urn:xmpp:time'/></iq>").receive()
                    .child("time").orElseThrow();
            assertThat(time.child("tzo").orElseThrow().text()).matches("[+-]\\d\\d:\\d\\d");
            var utc = time.child("utc").orElseThrow().text();
            assertThat(utc).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
            assertThat(Instant.parse(utc)).isBetween(before, Instant.now());
        }
    }

    @Test void byteLimitIsAdvertisedBeforeAndAfterLogin() throws Exception { // XEP-0478 §3
        try (var client = SERVER.connect().open("localhost")) {
            assertThat(maxBytes(client)).isEqualTo("10000");
            client.secure().login(SERVER.account("viola"), LocalServer.PASSWORD);
            assertThat(maxBytes(client)).isEqualTo("262144");
        }
    }

    private static String maxBytes(Client client) {
        return client.features.child("limits").orElseThrow().child("max-bytes").orElseThrow().text();
    }
}
