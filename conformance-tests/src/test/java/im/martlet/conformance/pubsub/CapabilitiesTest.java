package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** XEP-0115: one client's answer counts for other clients only if the hash proves it. */
class CapabilitiesTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String NS = "http://jabber.org/protocol/pubsub";
    private static final String NODE = "urn:example:caps";

    /** A kind of client with a hash that the server has not seen before. */
    private record Kind(String name, String... features) {
        static Kind fresh(String... features) { return new Kind(UUID.randomUUID().toString(), features); }

        String hash() throws Exception {
            var text = "client/pc//" + name + "<"
                    + Arrays.stream(features).sorted().map(f -> f + "<").collect(Collectors.joining());
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        }

        String info() {
            return "<identity category='client' type='pc' name='" + name + "'/>"
                    + Arrays.stream(features).map(f -> "<feature var='" + f + "'/>").collect(Collectors.joining());
        }
    }

    /** Logs in a new account with a published item that interests its own devices. */
    private static Client arrive(String name) throws Exception {
        Client client = SERVER.login(SERVER.account(name), "x");
        client.send("<iq type='set' id='p'><pubsub xmlns='" + NS + "'><publish node='" + NODE
                + "'><item id='current'><x xmlns='urn:x'/></item></publish></pubsub></iq>");
        assertThat(client.receive().attribute("type")).isEqualTo("result");
        return client;
    }

    private static void present(Client client, String hash, String more) throws Exception {
        client.send("<presence><c xmlns='http://jabber.org/protocol/caps' node='urn:caps' ver='" + hash + "'" + more
                + "/></presence>");
        assertThat(client.receive().name()).isEqualTo("presence");
    }

    private static void answer(Client client, ReceivedXml question, String info) throws Exception {
        assertThat(question.attribute("from")).isEqualTo("localhost");
        assertThat(question.child("query")).as(question.toString()).isPresent();
        client.send("<iq type='result' id='" + question.attribute("id")
                + "' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'>" + info + "</query></iq>");
    }

    private static void assertNotified(Client client) throws Exception {
        assertThat(client.receive().toString()).contains("pubsub#event", NODE);
    }

    @Test void aFalseAnswerCountsForNoOtherClient() throws Exception {
        var honest = Kind.fresh("urn:y", NODE + "+notify");
        try (var mallory = arrive("mallory"); var alice = arrive("alice"); var bob = arrive("bob")) {
            present(mallory, honest.hash(), " hash='sha-1'");
            // claims that clients with this hash lack the interest
            answer(mallory, mallory.receive(), Kind.fresh("urn:z").info());
            present(alice, honest.hash(), " hash='sha-1'");
            answer(alice, alice.receive(), honest.info());
            assertNotified(alice);
            present(bob, honest.hash(), " hash='sha-1'");
            assertNotified(bob); // without a question from the server
        }
    }

    @Test void anAnswerWithAHiddenSeparatorCountsForNoOtherClient() throws Exception {
        var honest = Kind.fresh(NODE + "+notify");
        try (var mallory = arrive("mallory"); var alice = arrive("alice")) {
            present(mallory, honest.hash(), " hash='sha-1'");
            answer(mallory, mallory.receive(),
                    "<identity category='client' type='pc' name='" + honest.name + "&lt;" + NODE + "+notify'/>");
            present(alice, honest.hash(), " hash='sha-1'");
            answer(alice, alice.receive(), honest.info());
            assertNotified(alice);
        }
    }

    @Test void theNextWaitingClientIsAskedAfterAFailedAnswer() throws Exception {
        var kind = Kind.fresh(NODE + "+notify");
        try (var mallory = arrive("mallory"); var alice = arrive("alice")) {
            present(mallory, kind.hash(), " hash='sha-1'");
            var question = mallory.receive();
            present(alice, kind.hash(), " hash='sha-1'");
            mallory.send("<iq type='error' id='" + question.attribute("id")
                    + "' to='localhost'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
            answer(alice, alice.receive(), kind.info());
            assertNotified(alice);
        }
    }

    @Test void aSilentClientDelaysNoOtherClient() throws Exception {
        var kind = Kind.fresh(NODE + "+notify");
        try (var mallory = arrive("mallory"); var alice = arrive("alice")) {
            present(mallory, kind.hash(), " hash='sha-1'");
            assertThat(mallory.receive().name()).isEqualTo("iq");
            present(alice, kind.hash(), " hash='sha-1'");
            answer(alice, alice.receive(), kind.info());
            assertNotified(alice);
            assertNotified(mallory); // the proof of alice counts for mallory, too
        }
    }

    @Test void anUnprovableAnswerCountsForItsOwnClientOnly() throws Exception { // §8, and an unknown hash function
        for (String more : new String[]{ "", " hash='md2'" }) {
            String version = UUID.randomUUID().toString();
            try (var alice = arrive("alice"); var bob = arrive("bob")) {
                present(alice, version, more);
                answer(alice, alice.receive(), Kind.fresh(NODE + "+notify").info());
                assertNotified(alice);
                present(bob, version, more);
                answer(bob, bob.receive(), Kind.fresh(NODE + "+notify").info());
                assertNotified(bob);
            }
        }
    }

    @Test void noClientAnswersForAnother() throws Exception {
        var kind = Kind.fresh(NODE + "+notify");
        try (var alice = arrive("alice"); var mallory = arrive("mallory")) {
            present(alice, kind.hash(), " hash='sha-1'");
            var question = alice.receive();
            answer(mallory, question, Kind.fresh().info());
            mallory.fence();
            answer(alice, question, kind.info());
            assertNotified(alice);
        }
    }

    @Test void provenFeaturesAreStoredInTheDatabase() throws Exception {
        var kind = Kind.fresh(NODE + "+notify");
        try (var alice = arrive("alice")) {
            present(alice, kind.hash(), " hash='sha-1'");
            answer(alice, alice.receive(), kind.info());
            assertNotified(alice);
        }
        var store = SERVER.server().injector().getInstance(im.martlet.storage.account.Capabilities.class);
        assertThat(store.features(new im.martlet.storage.account.Capabilities.Hash("sha-1", kind.hash())))
                .contains(java.util.Set.of(NODE + "+notify"));
    }
}
