package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.session.AccountDirectory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tests which stanzas stream management counts (XEP-0198), and the redelivery of unacknowledged stanzas. */
class ManagedStreamTest {
    private static final LocalServer SERVER =
            LocalServer.start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nidle = '5s'\n"));

    @AfterAll static void stop() { SERVER.close(); }

    private static Client managed(im.martlet.address.Jid account, String resource) throws Exception {
        var client = SERVER.login(account, resource);
        client.send("<enable xmlns='urn:xmpp:sm:3' resume='true' max='1'/>").receive();
        return client;
    }

    @Test void serverPingsAreCounted() throws Exception { // §4
        try (var romeo = managed(SERVER.account("romeo"), "x")) {
            var ping = romeo.receive();
            assertThat(ping.child("ping")).isPresent();
            romeo.send("<iq type='result' to='localhost' id='" + ping.attribute("id")
                    + "'/><a xmlns='urn:xmpp:sm:3' h='1'/><r xmlns='urn:xmpp:sm:3'/>");
            var answer = romeo.receive();
            while (answer.name().equals("r")) answer = romeo.receive();
            assertThat(answer.name()).isEqualTo("a");
            assertThat(answer.attribute("h")).isEqualTo("1");
        }
    }

    @Test void errorsForInvalidStanzasAreCounted() throws Exception {
        try (var romeo = managed(SERVER.account("romeo"), "x")) {
            romeo.send("<message to='@nowhere' id='m'><body>x</body></message>");
            assertThat(romeo.receive().child("error").orElseThrow().child("jid-malformed")).isPresent();
            romeo.send("<a xmlns='urn:xmpp:sm:3' h='1'/>").fence();
        }
    }

    @Test void unacknowledgedArchiveResultsAreNotRedelivered() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            romeo.send("<message type='chat' to='" + juliet + "'><body>good evening</body></message>").fence();
            var first = managed(juliet, "y");
            first.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>");
            assertThat(first.receive().child("result")).isPresent();
            var jid = first.jid();
            first.close();
            Awaitility.await()
                    .until(() -> SERVER.server().injector().getInstance(AccountDirectory.class).session(jid).isEmpty());
            try (var second = SERVER.login(juliet, "z")) {
                second.send("<presence/>").receive();
                // the original message, and only once
                assertThat(second.receive().child("body").orElseThrow().text()).isEqualTo("good evening");
                second.fence();
                assertThat(second.peek()).isNull();
            }
        }
    }

    @Test void sessionWithoutResumptionCannotBeTakenOver() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var first = SERVER.login(juliet, "y"); var second = SERVER.authenticate(juliet)) {
            first.send("<enable xmlns='urn:xmpp:sm:3'/>").receive();
            second.send("<resume xmlns='urn:xmpp:sm:3' previd='' h='0'/>");
            assertThat(second.receive().child("item-not-found")).isPresent();
            first.fence();
        }
    }
}
