package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tests an account while one or more slow devices catch up with offline messages (XEP-0160). */
class CatchUpTest {
    private static final LocalServer SERVER = LocalServer
            .start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\noffline_messages = 10000\n"));
    private static final String SM = "urn:xmpp:sm:3";
    private static final int WAITING = 500; // of 20,000 bytes each: more than any buffer holds

    @AfterAll static void stop() { SERVER.close(); }

    private static String message(Jid to, String id, String body) {
        return "<message type='chat' to='" + to + "' id='" + id + "'><body>" + body + "</body></message>";
    }

    /**
     * Reads up to the message with the id "last", and acknowledges on request.
     *
     * @param handled the number of stanzas received before
     */
    private static List<String> messages(Client client, int handled) throws Exception {
        var ids = new ArrayList<String>();
        for (int count = handled;;) {
            var next = client.receive();
            if (next.is(SM, "r")) client.send("<a xmlns='" + SM + "' h='" + count + "'/>");
            else {
                count++;
                if (next.name().equals("message")) ids.add(next.attribute("id"));
                if (next.attribute("id").equals("last")) return ids;
            }
        }
    }

    /** Sends messages, and waits until the account log has them: a later request to the account is answered. */
    private static void storeMessages(Client romeo, Jid account, int count) throws Exception {
        for (int i = 1; i <= count; i++) romeo.send(message(account, "m" + i, "x".repeat(20_000)));
        assertThat(romeo
                .send("<iq type='get' to='" + account
                        + "' id='f'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>")
                .receive().attribute("id")).isEqualTo("f");
    }

    @Test void messagesThatAnotherDeviceLeftUnacknowledgedAreDelivered() throws Exception { // XEP-0198 §4
        var account = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var phone = SERVER.login(account, "phone").send("<enable xmlns='" + SM + "' resume='true' max='1'/>");
            assertThat(phone.receive().name()).isEqualTo("enabled");
            romeo.send(message(phone.jid(), "early", "for the phone"));
            assertThat(phone.receive().attribute("id")).isEqualTo("early");
            storeMessages(romeo, account, WAITING);
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

    @Test void messagesToAnotherDeviceAreCopied() throws Exception { // XEP-0280 §7
        var account = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r"); var phone = SERVER.login(account, "phone")) {
            storeMessages(romeo, account, WAITING);
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

    // ---- several devices at once

    // messages of 20,000 bytes that a device receives before it must acknowledge
    private static final int WINDOW = 10;
    private static final int STORED = 40;

    private static List<String> ids(int from, int to) {
        return java.util.stream.IntStream.rangeClosed(from, to).mapToObj(i -> "m" + i).toList();
    }

    /** Connects a device that reads the first offline messages and acknowledges nothing. */
    private static Client stalledDevice(Jid account, String resource, int first) throws Exception {
        var client = SERVER.login(account, resource).send("<enable xmlns='" + SM + "'/><presence/>");
        assertThat(nextMessages(client, WINDOW)).isEqualTo(ids(first, first + WINDOW - 1));
        return client;
    }

    private static List<String> nextMessages(Client client, int count) throws Exception {
        var ids = new ArrayList<String>();
        while (ids.size() < count) {
            var next = client.receive();
            if (next.name().equals("message")) ids.add(next.attribute("id"));
        }
        return ids;
    }

    private Jid accountWithMessages(Client romeo) throws Exception {
        var account = SERVER.account("juliet");
        storeMessages(romeo, account, STORED);
        return account;
    }

    /** Acknowledges all received stanzas, and reads the rest. */
    private static List<String> rest(Client client, int handled) throws Exception {
        return messages(client.send("<a xmlns='" + SM + "' h='" + handled + "'/>"), handled);
    }

    /** Connects a second device, which receives all messages that the first has not received. */
    private static Client fasterDevice(Jid account, Client romeo) throws Exception {
        var phone = stalledDevice(account, "phone", WINDOW + 1);
        romeo.send(message(account, "last", "that is all"));
        assertThat(rest(phone, WINDOW + 2)).endsWith("m" + STORED, "last");
        return phone;
    }

    @Test void messagesOfALostDeviceAreDeliveredOnceToACatchingUpDevice() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = accountWithMessages(romeo);
            try (var laptop = stalledDevice(account, "laptop", 1)) {
                var phone = stalledDevice(account, "phone", WINDOW + 1);
                phone.close();
                SERVER.awaitGone(phone.jid());
                romeo.send(message(account, "last", "that is all"));
                romeo.fence();
                var expected = new ArrayList<>(ids(WINDOW + 1, STORED));
                expected.add("last");
                assertThat(rest(laptop, WINDOW + 1)).isEqualTo(expected);
            }
        }
    }

    @Test void acknowledgedMessagesAreNotDeliveredAgainWhenASlowerDeviceLeaves() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = accountWithMessages(romeo);
            var laptop = stalledDevice(account, "laptop", 1);
            try (var phone = fasterDevice(account, romeo)) {
                phone.send("<a xmlns='" + SM + "' h='" + (STORED - WINDOW + 3) + "'/>").fence();
                laptop.send("<a xmlns='" + SM + "' h='" + (WINDOW + 1) + "'/>");
                assertThat(nextMessages(laptop, WINDOW)).isEqualTo(ids(WINDOW + 1, 2 * WINDOW));
                laptop.close();
                SERVER.awaitGone(laptop.jid());
                romeo.send(message(account, "later", "that was all"));
                assertThat(nextMessages(phone, 1)).containsExactly("later");
            }
        }
    }

    @Test void messageToADeviceThatLeavesBeforeCatchingUpGoesToAnother() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = accountWithMessages(romeo);
            var laptop = stalledDevice(account, "laptop", 1);
            try (var phone = fasterDevice(account, romeo)) {
                phone.fence();
                romeo.send(message(laptop.jid(), "direct", "for the laptop"));
                romeo.fence();
                phone.fence();
                laptop.close();
                SERVER.awaitGone(laptop.jid());
                romeo.send(message(account, "later", "that was all"));
                assertThat(nextMessages(phone, WINDOW + 2)).contains("direct");
            }
        }
    }

    /** RFC 6121 §8.5.3.1, §8.5.2.1.1. */
    @Test void messageCopiedToAnotherDeviceStillReachesTheCatchingUpDevice() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = accountWithMessages(romeo);
            try (var laptop = stalledDevice(account, "laptop", 1); var phone = SERVER.login(account, "phone")
                    .send("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>")) {
                assertThat(phone.receive().attribute("id")).isEqualTo("c");
                romeo.send(message(laptop.jid(), "direct", "for the laptop") + message(account, "bare", "for everybody")
                        + message(account, "last", "that is all"));
                assertThat(nextMessages(phone, 3)).containsExactly("direct", "bare", "last");
                var expected = new ArrayList<>(ids(WINDOW + 1, STORED));
                expected.addAll(List.of("direct", "bare", "last"));
                assertThat(rest(laptop, WINDOW + 1)).isEqualTo(expected);
            }
        }
    }

    @Test void catchUpContinuesWhenPriorityIsNoLongerNegative() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            var account = accountWithMessages(romeo);
            try (var laptop = stalledDevice(account, "laptop", 1)) {
                romeo.send(message(laptop.jid(), "direct", "for the laptop"));
                romeo.fence();
                laptop.send(
                        "<presence><priority>-1</priority></presence><a xmlns='" + SM + "' h='" + (WINDOW + 1) + "'/>");
                assertThat(laptop.receive().name()).isIn("presence", "r");
                laptop.fence();
                romeo.send(message(account, "last", "that is all"));
                romeo.fence();
                laptop.send("<presence/>");
                var expected = new ArrayList<>(ids(WINDOW + 1, STORED));
                expected.addAll(List.of("direct", "last"));
                assertThat(everything(laptop, expected.size())).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    /** Reads messages and acknowledges on request; counts replies to fences, too. */
    private static List<String> everything(Client client, int count) throws Exception {
        var ids = new ArrayList<String>();
        for (int handled = WINDOW + 1; ids.size() < count;) {
            var next = client.receive();
            if (next.is(SM, "r")) client.send("<a xmlns='" + SM + "' h='" + handled + "'/>");
            else {
                handled++;
                if (next.name().equals("message")) ids.add(next.attribute("id"));
            }
        }
        return ids;
    }

    @Test void sessionTooFarBehindIsEnded() throws Exception { // its memory would grow without limit
        var account = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "r")) {
            storeMessages(romeo, account, WAITING);
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
