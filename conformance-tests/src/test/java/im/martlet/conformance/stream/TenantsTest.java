package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that two hosts on one server share nothing, and that no user can use another's address. */
public class TenantsTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @Test void accountsWithTheSameNameOnTwoHostsShareNothing() throws Exception {
        var here = SERVER.account("viola");
        var there = SERVER.account(Jid.of(here.local(), "other.example", ""), "another password");
        try (var stranger = SERVER.connect().open("other.example").secure()) {
            assertThat(stranger.send(Client.plain(there.local(), LocalServer.PASSWORD)).receive().name())
                    .isEqualTo("failure");
        }
        try (var one = SERVER.login(here, "phone"); var other =
                SERVER.connect().open("other.example").secure().login(there, "another password").bind("phone")) {
            one.send("<presence/><iq type='set' id='1'><query xmlns='jabber:iq:private'>"
                    + "<x xmlns='urn:x'>secret</x></query></iq>"
                    + "<iq type='set' id='2'><vCard xmlns='vcard-temp'><FN>secret</FN></vCard></iq>"
                    + "<iq type='set' id='3'><query xmlns='jabber:iq:roster'>"
                    + "<item jid='secret@localhost'/></query></iq>"
                    + "<iq type='set' id='4'><block xmlns='urn:xmpp:blocking'>"
                    + "<item jid='secret@localhost'/></block></iq>"
                    + "<message type='chat' to='" + here + "'><body>secret</body></message>")
                    .fence();
            other.send(
                    "<presence/><iq type='get' id='1'><query xmlns='jabber:iq:private'><x xmlns='urn:x'/></query></iq>"
                            + "<iq type='get' id='2'><vCard xmlns='vcard-temp'/></iq>"
                            + "<iq type='get' id='3'><query xmlns='jabber:iq:roster'/></iq>"
                            + "<iq type='get' id='4'><blocklist xmlns='urn:xmpp:blocking'/></iq>")
                    .fence();
            int answers = 0;
            for (var received = other.peek(); received != null; received = other.peek()) {
                assertThat(other.receive().toString()).doesNotContain("secret").doesNotContain("localhost");
                answers++;
            }
            assertThat(answers).isEqualTo(5); // the client's own presence and four replies
        }
    }

    @ParameterizedTest
    @CsvSource({ "juliet@localhost", "localhost", "someone@other.example/x",
            "''" }) void foreignFromEndsTheStream(String from) throws Exception {
        for (String stanza : new String[]{ "<message from='%s' to='localhost'/>", "<presence from='%s'/>",
                "<iq from='%s' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>" })
            try (var client = SERVER.login(SERVER.account("mallory"), "m")) {
                // RFC 6120 §8.1.2.1
                assertThat(client.send(stanza.formatted(from)).streamError()).isEqualTo("invalid-from");
            }
    }

    @Test void stanzasGetTheFullJidOfTheirSender() throws Exception {
        var viola = SERVER.account("viola");
        var olivia = SERVER.account("olivia");
        try (var from = SERVER.login(viola, "phone"); var to = SERVER.login(olivia, "desk")) {
            for (String own : new String[]{ "", " from='" + viola + "'", " from='" + viola + "/phone'" }) {
                from.send("<message" + own + " type='chat' to='" + olivia + "/desk'><body>hello</body></message>");
                assertThat(to.receive().attribute("from")).isEqualTo(viola + "/phone");
            }
        }
    }

    /** An account of one host sends requests to another host, or to an account there. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "set | host    | <query xmlns='jabber:iq:register'><remove/></query>                                                     | forbidden",
            "set | host    | <query xmlns='jabber:iq:register'><username>%s</username><password>taken</password></query>            | forbidden",
            "get | host    | <query xmlns='jabber:iq:register'/>                                                                     | forbidden",
            "get | host    | <query xmlns='http://jabber.org/protocol/disco#info'/>                                                  | ''",
            "get | account | <query xmlns='http://jabber.org/protocol/disco#info'/>                                                  | service-unavailable",
            "get | account | <query xmlns='jabber:iq:last'/>                                                                         | service-unavailable",
            "get | account | <vCard xmlns='vcard-temp'/>                                                                             | ''",
            "set | account | <vCard xmlns='vcard-temp'><FN>Nobody</FN></vCard>                                                       | service-unavailable",
            "get | account | <query xmlns='jabber:iq:roster'/>                                                                       | service-unavailable",
            "set | account | <query xmlns='jabber:iq:roster'><item jid='a@b.example'/></query>                                       | service-unavailable",
            "get | account | <query xmlns='jabber:iq:private'><x xmlns='urn:x'/></query>                                             | service-unavailable",
            "set | account | <query xmlns='jabber:iq:register'><remove/></query>                                                     | service-unavailable",
            "get | account | <blocklist xmlns='urn:xmpp:blocking'/>                                                                  | service-unavailable" }) void usersOfAnotherHostAreStrangers(
                    String type, String recipient, String payload, String condition) throws Exception {
        var here = SERVER.account("viola");
        var there = SERVER.account(Jid.of(here.local(), "other.example", ""), LocalServer.PASSWORD);
        try (var one = SERVER.login(here, "phone"); var other = SERVER.login(there, "phone")) {
            other.send("<iq type='set' id='c'><vCard xmlns='vcard-temp'><FN>Viola</FN></vCard></iq>").receive();
            var answer =
                    one.send("<iq type='" + type + "' id='1' to='" + (recipient.equals("host") ? there.domain() : there)
                            + "'>" + payload.formatted(here.local()) + "</iq>").receive();
            assertThat(answer.attribute("from"))
                    .isEqualTo(recipient.equals("host") ? there.domain() : there.toString());
            assertThat(answer.child("error").map(e -> e.children().getFirst().name()).orElse("")).isEqualTo(condition);
            one.fence();
            other.fence();
            assertThat(other.send("<iq type='get' id='c'><vCard xmlns='vcard-temp'/></iq>").receive().toString())
                    .contains(">Viola</FN>");
        }
        for (Jid account : List.of(here, there)) SERVER.login(account, "again").close(); // both accounts still exist
    }

    @ParameterizedTest
    @CsvSource({ "user disable", "user del",
            "session kick" }) void adminCommandDoesNotAffectTheNamesakeOnAnotherHost(String command)
                    throws Exception {
        var here = SERVER.account("viola");
        var there = SERVER.account(Jid.of(here.local(), "other.example", ""), LocalServer.PASSWORD);
        try (var one = SERVER.login(here, "phone"); var other = SERVER.login(there, "phone")) {
            SERVER.command(command, Map.of(command.startsWith("user") ? "account" : "address", here.toString()));
            assertThat(one.receive().is(Client.STREAMS, "error")).isTrue();
            other.fence();
            SERVER.login(there, "tablet").close();
        }
    }

    /** T-SPOOF: elements that a client could take for elements of its own server. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "<message to='%s' type='chat'><body>x</body><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'/></received></message> | received",
            "<message to='%s' type='chat'><body>x</body><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'/></sent></message>         | forwarded",
            "<message to='%s'><body>x</body><delay xmlns='urn:xmpp:delay' from='localhost' stamp='2002-09-10T23:08:25Z'/></message>                       | delay",
            "<message to='%s'><body>x</body><delay xmlns='urn:xmpp:delay' from='LOCALHOST' stamp='2002-09-10T23:08:25Z'/></message>                       | delay",
            "<message to='%s'><body>x</body><delay xmlns='urn:xmpp:delay' from='other.example/x' stamp='2002-09-10T23:08:25Z'/></message>                 | delay",
            "<presence to='%s'><delay xmlns='urn:xmpp:delay' from='localhost' stamp='2002-09-10T23:08:25Z'/></presence>                                   | delay" }) void elementsReservedForServersAreRemovedFromUsersStanzas(
                    String stanza, String forged) throws Exception {
        try (var mallory = SERVER.login(SERVER.account("mallory"), "m");
                var olivia = SERVER.login(SERVER.account("olivia"), "desk")) {
            mallory.send(stanza.formatted(olivia.jid()));
            var received = olivia.receive();
            assertThat(received.attribute("from")).isEqualTo(mallory.jid().toString());
            assertThat(received.toString()).doesNotContain(forged);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "<query xmlns='jabber:iq:roster'><item jid='mallory@localhost' subscription='both'/></query> | <query xmlns='jabber:iq:roster'/>",
            "<block xmlns='urn:xmpp:blocking'><item jid='viola@localhost'/></block>                      | <blocklist xmlns='urn:xmpp:blocking'/>",
            "<unblock xmlns='urn:xmpp:blocking'/>                                                        | <blocklist xmlns='urn:xmpp:blocking'/>" }) void foreignPushKeepsItsSenderAndChangesNothing(
                    String push, String list) throws Exception { // RFC 6121 §2.1.6
        try (var mallory = SERVER.login(SERVER.account("mallory"), "m");
                var olivia = SERVER.login(SERVER.account("olivia"), "desk")) {
            var before = olivia.send("<iq type='get' id='l'>" + list + "</iq>").receive();
            mallory.send("<iq type='set' id='p' to='" + olivia.jid() + "'>" + push + "</iq>");
            assertThat(olivia.receive().attribute("from")).as("a client trusts only pushes of its own account")
                    .isEqualTo(mallory.jid().toString());
            assertThat(mallory.send("<iq type='set' id='q' to='" + olivia.jid().bare() + "'>" + push + "</iq>")
                    .receive().attribute("type")).isEqualTo("error");
            assertThat(olivia.send("<iq type='get' id='l'>" + list + "</iq>").receive()).isEqualTo(before);
            assertThat(mallory.send("<iq type='set' id='f' from='" + olivia.jid().bare() + "' to='" + olivia.jid()
                    + "'>" + push + "</iq>").streamError()).isEqualTo("invalid-from");
        }
    }

    @Test void delayOfAnotherEntityIsKept() throws Exception {
        try (var viola = SERVER.login(SERVER.account("viola"), "phone");
                var olivia = SERVER.login(SERVER.account("olivia"), "desk")) {
            for (String from : new String[]{ " from='room@chat.example'", " from='" + viola.jid() + "'", "" }) {
                viola.send("<message to='" + olivia.jid() + "'><body>x</body><delay xmlns='urn:xmpp:delay'" + from
                        + " stamp='2002-09-10T23:08:25Z'/></message>");
                assertThat(olivia.receive().child("delay")).isPresent();
            }
        }
    }
}
