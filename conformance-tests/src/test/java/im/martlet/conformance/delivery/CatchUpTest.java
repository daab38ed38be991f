package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * What happens to an account while one of its devices is being given what has waited (XEP-0160), and takes its time.
 */
class CatchUpTest {
    private static final LocalServer SERVER = LocalServer
            .start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\noffline_messages = 10000\n"));
    private static final String SM = "urn:xmpp:sm:3";
    private static final int WAITING = 500; // of 20,000 bytes: more than any buffer takes

    @AfterAll static void stop() { SERVER.close(); }

    private static String message(Jid to, String id, String body) {
        return "<message type='chat' to='" + to + "' id='" + id + "'><body>" + body + "</body></message>";
    }

    /**
     * Acknowledges what it is asked about, and reads up to the message that is the last. @param heard stanzas before
     * these
     */
    private static List<String> messages(Client client, int heard) throws Exception {
        var ids = new ArrayList<String>();
        for (int count = heard;;) {
            var next = client.receive();
            if (next.is(SM, "r")) client.send("<a xmlns='" + SM + "' h='" + count + "'/>");
            else {
                count++;
                if (next.name().equals("message")) ids.add(next.attribute("id"));
                if (next.attribute("id").equals("last")) return ids;
            }
        }
    }

    /**
     * When this returns, so many messages are in the log of the account: a question for it was answered behind them.
     */
    private static void waits(Client romeo, Jid account, int count) throws Exception {
        for (int i = 1; i <= count; i++) romeo.send(message(account, "m" + i, "x".repeat(20_000)));
        assertThat(romeo
                .send("<iq type='get' to='" + account
                        + "' id='f'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                .receive().attribute("id")).isEqualTo("f");
    }

    @Test void whatAnotherDeviceLeavesUnacknowledgedMeanwhileIsGivenToIt() throws Exception { // XEP-0198 §4
        var account = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var phone = SERVER.login(account, "phone").send("<enable xmlns='" + SM + "' resume='true' max='1'/>");
            assertThat(phone.receive().name()).isEqualTo("enabled");
            romeo.send(message(phone.jid(), "early", "for the phone"));
            assertThat(phone.receive().attribute("id")).isEqualTo("early");
            waits(romeo, account, WAITING);
            var laptop = SERVER.login(account, "laptop").send("<enable xmlns='" + SM + "' resume='true'/>");
            var stream = laptop.receive().attribute("id");
            laptop.send("<presence/>");
            assertThat(laptop.receive().name()).isEqualTo("presence");
            assertThat(laptop.receive().attribute("id")).isEqualTo("m1");
            laptop.stopReading();
            phone.close();
            SERVER.awaitGone(phone.jid());
            try (var again =
                    SERVER.authenticate(account).send("<resume xmlns='" + SM + "' previd='" + stream + "' h='1'/>")) {
                assertThat(again.receive().name()).isEqualTo("resumed");
                romeo.send(message(account, "last", "that is all"));
                assertThat(messages(again, 1)).contains("early", "m1", "m" + WAITING).doesNotHaveDuplicates();
            }
            laptop.close();
        }
    }

    @Test void whatAnotherDeviceIsSentMeanwhileIsCopiedToIt() throws Exception { // XEP-0280 §7
        var account = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r"); var phone = SERVER.login(account, "phone")) {
            waits(romeo, account, WAITING);
            var laptop = SERVER.login(account, "laptop").send("<enable xmlns='" + SM + "' resume='true'/>");
            var stream = laptop.receive().attribute("id");
            laptop.send("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq><presence/>");
            laptop.receive();
            assertThat(laptop.receive().name()).isEqualTo("presence");
            laptop.stopReading();
            romeo.send(message(phone.jid(), "copied", "for the phone"));
            assertThat(phone.receive().attribute("id")).isEqualTo("copied");
            phone.fence();
            try (var again =
                    SERVER.authenticate(account).send("<resume xmlns='" + SM + "' previd='" + stream + "' h='2'/>")) {
                assertThat(again.receive().name()).isEqualTo("resumed");
                romeo.send(message(account, "last", "that is all"));
                assertThat(messages(again, 2)).contains("copied", "m1", "m" + WAITING).doesNotHaveDuplicates();
            }
            laptop.close();
        }
    }

    // ---- several devices at once, of which each acknowledges what it likes

    private static final int FIRST = 10; // of 20,000 bytes: with as many a device that acknowledges nothing is given no more
    private static final int SOME = 40;

    private static List<String> ids(int from, int to) {
        return java.util.stream.IntStream.rangeClosed(from, to).mapToObj(i -> "m" + i).toList();
    }

    /** A device that comes when messages wait, reads the first of them, and acknowledges nothing. */
    private static Client stuck(Jid account, String resource, int first) throws Exception {
        var client = SERVER.login(account, resource).send("<enable xmlns='" + SM + "'/><presence/>");
        assertThat(some(client, FIRST)).isEqualTo(ids(first, first + FIRST - 1));
        return client;
    }

    private static List<String> some(Client client, int count) throws Exception {
        var ids = new ArrayList<String>();
        while (ids.size() < count) {
            var next = client.receive();
            if (next.name().equals("message")) ids.add(next.attribute("id"));
        }
        return ids;
    }

    private Jid waitingFor(Client romeo) throws Exception {
        var account = SERVER.account("juliet");
        waits(romeo, account, SOME);
        return account;
    }

    /** Acknowledges all that it has got, and reads the rest. */
    private static List<String> rest(Client client, int heard) throws Exception {
        return messages(client.send("<a xmlns='" + SM + "' h='" + heard + "'/>"), heard);
    }

    /** A second device, which is given all that the first one has not come to. */
    private static Client ahead(Jid account, Client romeo) throws Exception {
        var phone = stuck(account, "phone", FIRST + 1);
        romeo.send(message(account, "last", "that is all"));
        assertThat(rest(phone, FIRST + 2)).endsWith("m" + SOME, "last");
        return phone;
    }

    @Test void whatOneLeavesThatAnotherComesToAnywayIsGivenToThatOnce() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = waitingFor(romeo);
            try (var laptop = stuck(account, "laptop", 1)) {
                var phone = stuck(account, "phone", FIRST + 1);
                phone.close();
                SERVER.awaitGone(phone.jid());
                romeo.send(message(account, "last", "that is all"));
                romeo.fence();
                var expected = new ArrayList<>(ids(FIRST + 1, SOME));
                expected.add("last");
                assertThat(rest(laptop, FIRST + 1)).isEqualTo(expected);
            }
        }
    }

    @Test void whatOneHasAcknowledgedIsNotGivenToItAgainWhenAnotherLeavesIt() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = waitingFor(romeo);
            var laptop = stuck(account, "laptop", 1);
            try (var phone = ahead(account, romeo)) {
                phone.send("<a xmlns='" + SM + "' h='" + (SOME - FIRST + 3) + "'/>").fence();
                laptop.send("<a xmlns='" + SM + "' h='" + (FIRST + 1) + "'/>");
                assertThat(some(laptop, FIRST)).isEqualTo(ids(FIRST + 1, 2 * FIRST));
                laptop.close();
                SERVER.awaitGone(laptop.jid());
                romeo.send(message(account, "later", "that was all"));
                assertThat(some(phone, 1)).containsExactly("later");
            }
        }
    }

    @Test void whatIsSentToOneThatGoesBeforeItComesToThatIsGivenToAnother() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = waitingFor(romeo);
            var laptop = stuck(account, "laptop", 1);
            try (var phone = ahead(account, romeo)) {
                phone.fence();
                romeo.send(message(laptop.jid(), "direct", "for the laptop"));
                romeo.fence();
                phone.fence();
                laptop.close();
                SERVER.awaitGone(laptop.jid());
                romeo.send(message(account, "later", "that was all"));
                assertThat(some(phone, FIRST + 2)).contains("direct");
            }
        }
    }

    @Test void whatIsCopiedToAnotherMeanwhileComesToItAllTheSame() throws Exception { // RFC 6121 §8.5.3.1, §8.5.2.1.1
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = waitingFor(romeo);
            try (var laptop = stuck(account, "laptop", 1); var phone = SERVER.login(account, "phone")
                    .send("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>")) {
                assertThat(phone.receive().attribute("id")).isEqualTo("c");
                romeo.send(message(laptop.jid(), "direct", "for the laptop") + message(account, "bare", "for everybody")
                        + message(account, "last", "that is all"));
                assertThat(some(phone, 3)).containsExactly("direct", "bare", "last");
                var expected = new ArrayList<>(ids(FIRST + 1, SOME));
                expected.addAll(List.of("direct", "bare", "last"));
                assertThat(rest(laptop, FIRST + 1)).isEqualTo(expected);
            }
        }
    }

    @Test void whatIsSentToOneThatWantsNoMoreBeforeItComesToThatIsThereWhenItDoes() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = waitingFor(romeo);
            try (var laptop = stuck(account, "laptop", 1)) {
                romeo.send(message(laptop.jid(), "direct", "for the laptop"));
                romeo.fence();
                laptop.send(
                        "<presence><priority>-1</priority></presence><a xmlns='" + SM + "' h='" + (FIRST + 1) + "'/>");
                assertThat(laptop.receive().name()).isIn("presence", "r");
                laptop.fence();
                romeo.send(message(account, "last", "that is all"));
                romeo.fence();
                laptop.send("<presence/>");
                var expected = new ArrayList<>(ids(FIRST + 1, SOME));
                expected.addAll(List.of("direct", "last"));
                assertThat(everything(laptop, expected.size())).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    /** Acknowledges whatever comes, as often as it is asked: the fences are stanzas, too. */
    private static List<String> everything(Client client, int count) throws Exception {
        var ids = new ArrayList<String>();
        for (int handled = FIRST + 1; ids.size() < count;) {
            var next = client.receive();
            if (next.is(SM, "r")) client.send("<a xmlns='" + SM + "' h='" + handled + "'/>");
            else {
                handled++;
                if (next.name().equals("message")) ids.add(next.attribute("id"));
            }
        }
        return ids;
    }

    @Test void whoIsTooFarBehindIsGivenUp() throws Exception { // or it would cost more the longer it takes
        var account = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            waits(romeo, account, WAITING);
            try (var laptop = SERVER.login(account, "laptop").send("<presence/>")) {
                assertThat(laptop.receive().name()).isEqualTo("presence");
                assertThat(laptop.receive().attribute("id")).isEqualTo("m1");
                laptop.stopReading();
                for (int i = 0; i < 20_100; i++) romeo.send(message(account, "later", "x"));
                SERVER.awaitGone(laptop.jid());
            }
        }
    }
}
