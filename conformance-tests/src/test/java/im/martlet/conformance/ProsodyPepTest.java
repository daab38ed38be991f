package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is published here is heard at a real Prosody, and the other way round. */
class ProsodyPepTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final String NS = "http://jabber.org/protocol/pubsub";
    private static final String DEVICES = "eu.siacs.conversations.axolotl.devicelist";
    private static final String BUNDLE = "eu.siacs.conversations.axolotl.bundles:31415";
    private static final String INFO = "<identity category='client' type='pc' name='Test'/><feature var='" + DEVICES + "+notify'/><feature var='urn:example:mood+notify'/>";
    private static Federated martlet;

    @BeforeAll static void start() {
        assumeTrue(Prosody.isInstalled(), "Prosody is not installed");
        martlet = Federated.start("martlet.example", AUTHORITY, DNS);
    }

    @AfterAll static void stop() {
        if (martlet != null) martlet.close();
        DNS.close();
    }

    /** A client that answers when somebody asks what it can do, and says so in its presence. */
    private record Person(Client client) {
        static String presence() throws Exception {
            var text = "client/pc//Test<" + DEVICES + "+notify<urn:example:mood+notify<";
            var hash = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
            return "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:test' ver='" + hash + "'/></presence>";
        }

        Xml until(String... parts) throws Exception {
            for (Xml next = client.receive(); ; next = client.receive()) {
                if (next == Xml.CLOSED) throw new AssertionError("closed before " + Arrays.toString(parts));
                String text = next.toString();
                if (next.name().equals("iq") && next.attribute("type").equals("get") && text.contains("disco#info")) answer(next);
                else if (Arrays.stream(parts).allMatch(text::contains)) return next;
            }
        }

        private void answer(Xml question) throws Exception {
            String node = question.child("query").orElseThrow().attribute("node");
            client.send("<iq type='result' id='" + question.attribute("id") + "' to='" + question.attribute("from") + "'><query xmlns='http://jabber.org/protocol/disco#info'"
                    + (node.isEmpty() ? "" : " node='" + node + "'") + ">" + INFO + "</query></iq>");
        }

        void publish(String node, String payload) throws Exception {
            client.send("<iq type='set' id='p'><pubsub xmlns='" + NS + "'><publish node='" + node + "'><item id='current'>" + payload + "</item></publish><publish-options>"
                    + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>" + NS + "#publish-options</value></field><field var='pubsub#access_model'><value>"
                    + (node.startsWith("eu") ? "open" : "presence") + "</value></field></x></publish-options></pubsub></iq>");
            assertThat(until("id='p'").attribute("type")).isEqualTo("result");
        }

        Xml fetch(String whose, String node) throws Exception {
            client.send("<iq type='get' id='f' to='" + whose + "'><pubsub xmlns='" + NS + "'><items node='" + node + "'/></pubsub></iq>");
            return until("id='f'");
        }
    }

    private static void befriend(Person one, Person other) throws Exception {
        for (Person p : new Person[] {one, other}) p.client.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>" + Person.presence());
        one.client.send("<presence type='subscribe' to='" + other.client.jid().bare() + "'/>");
        other.until("type='subscribe'");
        other.client.send("<presence type='subscribed' to='" + one.client.jid().bare() + "'/><presence type='subscribe' to='" + one.client.jid().bare() + "'/>");
        one.until("type='subscribe'");
        one.client.send("<presence type='subscribed' to='" + other.client.jid().bare() + "'/>");
        other.until("type='subscribed'");
        for (Person p : new Person[] {one, other}) p.client.send(Person.presence()); // now both see it
    }

    private static String devices(int... ids) {
        return "<list xmlns='eu.siacs.conversations.axolotl'>" + Arrays.stream(ids).mapToObj(id -> "<device id='" + id + "'/>").collect(Collectors.joining()) + "</list>";
    }

    @Test void devicesAndKeysAreHeardOfAndFetchedBothWays() throws Exception {
        try (var prosody = Prosody.start("capulet.example", AUTHORITY, AUTHORITY.certify("capulet.example"), DNS, "");
             var first = martlet.login("romeo"); var second = prosody.login("juliet")) {
            var romeo = new Person(first);
            var juliet = new Person(second);
            befriend(romeo, juliet);
            romeo.publish(BUNDLE, "<bundle xmlns='eu.siacs.conversations.axolotl'><identityKey>AA==</identityKey></bundle>");
            romeo.publish(DEVICES, devices(31415));
            juliet.until("message", "from='" + first.jid().bare() + "'", "31415");
            assertThat(juliet.fetch(first.jid().bare().toString(), BUNDLE).toString()).as(prosody.log()).contains("identityKey");
            juliet.publish(BUNDLE, "<bundle xmlns='eu.siacs.conversations.axolotl'><identityKey>BB==</identityKey></bundle>");
            juliet.publish(DEVICES, devices(27182));
            romeo.until("message", "from='" + second.jid().bare() + "'", "27182");
            assertThat(romeo.fetch(second.jid().bare().toString(), BUNDLE).toString()).contains("BB==");
        }
    }

    @Test void whoComesLaterIsSentWhatWasPublishedLast() throws Exception {
        try (var prosody = Prosody.start("verona.example", AUTHORITY, AUTHORITY.certify("verona.example"), DNS, ""); var first = martlet.login("romeo")) {
            var romeo = new Person(first);
            try (var second = prosody.login("juliet")) {
                befriend(romeo, new Person(second));
            }
            romeo.publish("urn:example:mood", "<mood xmlns='urn:example:mood'>in love</mood>");
            try (var second = prosody.login("juliet")) {
                var juliet = new Person(second);
                second.send(Person.presence());
                assertThat(juliet.until("message", "from='" + first.jid().bare() + "'", "in love").toString()).as(prosody.log()).contains("urn:xmpp:delay");
                romeo.publish("urn:example:mood", "<mood xmlns='urn:example:mood'>banished</mood>");
                juliet.until("message", "banished");
            }
        }
    }
}
