package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.LocalServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tests a server without archives: it stores messages only until they are delivered. */
class WithoutArchivesTest {
    private static final LocalServer SERVER = LocalServer.start(LocalServer.SETTINGS + "[archive]\nenabled = false\n");

    @AfterAll static void stop() { SERVER.close(); }

    @Test void archiveQueriesAreRefused() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            romeo.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>");
            assertThat(romeo.receive().child("error").orElseThrow().child("service-unavailable")).isPresent();
            romeo.send("<iq type='get' id='d' to='" + romeo.jid().bare()
                    + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
            assertThat(romeo.receive().toString()).doesNotContain("urn:xmpp:mam:2", "urn:xmpp:sid:0");
        }
    }

    @Test void offlineMessagesAreDelivered() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            romeo.send("<message type='chat' to='" + juliet + "' id='m'><body>good evening</body></message>").fence();
            try (var client = SERVER.login(juliet, "y")) {
                client.send("<presence/>").receive();
                var message = client.receive();
                assertThat(message.attribute("id")).isEqualTo("m");
                assertThat(message.child("delay")).isPresent();
                assertThat(message.child("stanza-id")).isEmpty();
            }
        }
    }

    @Test void unacknowledgedMessagesOfALostSessionAreDelivered() throws Exception { // XEP-0198 §4
        var juliet = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            var first = SERVER.login(juliet, "y");
            first.send("<presence/>").receive();
            first.send("<enable xmlns='urn:xmpp:sm:3' resume='true' max='1'/>").receive();
            romeo.send("<message type='chat' to='" + first.jid() + "' id='m'><body>good evening</body></message>");
            assertThat(first.receive().attribute("id")).isEqualTo("m");
            first.close();
            var directory = SERVER.server().injector().getInstance(im.martlet.session.AccountDirectory.class);
            org.awaitility.Awaitility.await().until(() -> directory.session(first.jid()).isEmpty());
            romeo.fence();
            try (var second = SERVER.login(juliet, "z")) {
                second.send("<presence/>").receive();
                assertThat(second.receive().attribute("id")).isEqualTo("m");
                second.fence();
                assertThat(second.peek()).isNull();
            }
        }
    }
}
