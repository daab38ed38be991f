package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two hosts on one server have nothing in common; and nobody speaks in another's name. */
class TenantsTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @Test void accountsOfTheSameNameOnTwoHostsShareNothing() throws Exception {
        var here = SERVER.account("viola");
        var there = SERVER.account(Jid.of(here.local(), "other.example", ""), "another password");
        try (var stranger = SERVER.connect().open("other.example").secure()) {
            assertThat(stranger.send(Client.plain(there.local(), LocalServer.PASSWORD)).receive().name()).isEqualTo("failure");
        }
        try (var one = SERVER.login(here, "phone"); var other = SERVER.connect().open("other.example").secure().login(there, "another password").bind("phone")) {
            one.send("<presence/><iq type='set' id='1'><query xmlns='jabber:iq:private'><x xmlns='urn:x'>secret</x></query></iq>"
                    + "<iq type='set' id='2'><vCard xmlns='vcard-temp'><FN>secret</FN></vCard></iq>"
                    + "<iq type='set' id='3'><query xmlns='jabber:iq:roster'><item jid='secret@localhost'/></query></iq>"
                    + "<iq type='set' id='4'><block xmlns='urn:xmpp:blocking'><item jid='secret@localhost'/></block></iq>"
                    + "<message type='chat' to='" + here + "'><body>secret</body></message>").fence();
            other.send("<presence/><iq type='get' id='1'><query xmlns='jabber:iq:private'><x xmlns='urn:x'/></query></iq>"
                    + "<iq type='get' id='2'><vCard xmlns='vcard-temp'/></iq><iq type='get' id='3'><query xmlns='jabber:iq:roster'/></iq>"
                    + "<iq type='get' id='4'><blocklist xmlns='urn:xmpp:blocking'/></iq>").fence();
            int answers = 0;
            for (var heard = other.peek(); heard != null; heard = other.peek()) {
                assertThat(other.receive().toString()).doesNotContain("secret").doesNotContain("localhost");
                answers++;
            }
            assertThat(answers).isEqualTo(5); // its own presence, and four answers
        }
    }

    @ParameterizedTest @CsvSource({"juliet@localhost", "localhost", "someone@other.example/x", "''"})
    void aFromThatIsNotOnesOwnEndsTheStream(String from) throws Exception {
        for (String stanza : new String[] {"<message from='%s' to='localhost'/>", "<presence from='%s'/>", "<iq from='%s' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"})
            try (var client = SERVER.login(SERVER.account("mallory"), "m")) {
                assertThat(client.send(stanza.formatted(from)).streamError()).isEqualTo("invalid-from"); // RFC 6120 §8.1.2.1
            }
    }

    @Test void whoeverSendsIsStampedOnWhatTheySend() throws Exception {
        var viola = SERVER.account("viola");
        var olivia = SERVER.account("olivia");
        try (var from = SERVER.login(viola, "phone"); var to = SERVER.login(olivia, "desk")) {
            for (String own : new String[] {"", " from='" + viola + "'", " from='" + viola + "/phone'"}) {
                from.send("<message" + own + " type='chat' to='" + olivia + "/desk'><body>hello</body></message>");
                assertThat(to.receive().attribute("from")).isEqualTo(viola + "/phone");
            }
        }
    }
}
