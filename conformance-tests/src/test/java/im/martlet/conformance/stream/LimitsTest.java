package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.stream.OpenClientStreams;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Reaches every limit that the configuration or the code sets. A client over a limit receives an error or is slowed
 * down, and loses nothing.
 */
class LimitsTest {
    private static final LocalServer SERVER = LocalServer.start(LocalServer.SETTINGS.replace("[limits]", """
            [limits]
            rate = 0
            rate_before_login = 0
            outbound_before_login = '16 KiB'
            roster_items = 3
            """).replace("per_hour = 0", "per_hour = 2"));

    @AfterAll static void stop() { SERVER.close(); }

    private static boolean isOverLimit(ReceivedXml answer) {
        return answer.child("error").flatMap(e -> e.child("resource-constraint")).isPresent();
    }

    @Test void fastClientIsSlowedDownWithoutLoss() throws Exception {
        try (var server = LocalServer
                .start(LocalServer.SETTINGS.replace("[limits]", "[limits]\nrate = '20 KB'\nburst = '10 KB'\n"));
                var client = server.login(server.account("romeo"), "x")) {
            long before = System.nanoTime();
            for (int i = 0; i < 100; i++) client.send("<message id='" + i + "' to='" + client.jid() + "'><body>"
                    + "x".repeat(1000) + "</body></message>");
            for (int i = 0; i < 100; i++) assertThat(client.receive().attribute("id")).isEqualTo(String.valueOf(i));
            // 10 KB pass at once, and the server may read 32 KB before it counts the first stanza
            assertThat(Duration.ofNanos(System.nanoTime() - before)).as("100 KB at 20 KB/s")
                    .isGreaterThan(Duration.ofSeconds(2));
        }
    }

    @Test void clientThatDoesNotReadBeforeLoginIsDisconnected() throws Exception {
        try (var client = SERVER.connect().open("localhost").secure()) {
            client.socket().setReceiveBufferSize(4096);
            client.stopReading();
            Thread.ofVirtual().start(() -> {
                try {
                    while (true)
                        client.send("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>".repeat(50));
                } catch (IOException closed) { // the test waits for this
                }
            });
            // earlier than the time limit for login, which is 30 seconds
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> SERVER.server().injector().getInstance(OpenClientStreams.class).size() == 0);
        }
    }

    @Test void rosterSizeIsLimited() throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x");
                var stranger = SERVER.login(SERVER.account("stranger"), "y")) {
            for (int i = 0; i < 3; i++) assertThat(contact(client, "c" + i, "").attribute("type")).isEqualTo("result");
            assertThat(isOverLimit(contact(client, "c3", ""))).isTrue();
            assertThat(contact(client, "c2", "renamed").attribute("type")).as("an existing contact")
                    .isEqualTo("result");
            assertThat(isOverLimit(client.send("<presence type='subscribe' to='c3@localhost'/>").receive())).isTrue();
            client.send("<presence/>").receive();
            stranger.send("<presence type='subscribe' to='" + client.jid().bare() + "'/>").fence();
            client.fence();
            assertThat(client.peek()).as("a subscription request over the limit").isNull();
        }
    }

    @Test void subscriptionRequestToAFullRosterIsRepeatedWhenTheRequesterReturns() throws Exception { // RFC 6121 §3.1.2
        try (var full = SERVER.login(SERVER.account("romeo"), "x");
                var fan = SERVER.login(SERVER.account("fan"), "y")) {
            for (int i = 0; i < 3; i++) contact(full, "c" + i, "");
            fan.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/>").fence();
            while (fan.peek() != null) fan.receive();
            fan.send("<presence type='subscribe' id='s' to='" + full.jid().bare() + "'/>");
            assertThat(fan.receive().child("query").orElseThrow().toString()).contains("ask='subscribe'");
            var refused = fan.receive();
            assertThat(refused.attribute("from") + " " + refused.attribute("id")).isEqualTo(full.jid().bare() + " s");
            assertThat(isOverLimit(refused)).isTrue();
            fan.fence();
            assertThat(fan.peek()).as("the request stays pending").isNull();
            full.send(
                    "<iq type='set' id='d'><query xmlns='jabber:iq:roster'><item jid='c0@localhost' subscription='remove'/></query></iq><presence/>")
                    .fence();
            while (full.peek() != null) full.receive();
            fan.send("<presence type='unavailable'/><presence/>").fence();
            full.fence();
            var asked = full.receive();
            assertThat(asked.attribute("type") + " " + asked.attribute("from"))
                    .isEqualTo("subscribe " + fan.jid().bare());
        }
    }

    private static ReceivedXml contact(Client client, String name, String label) throws Exception {
        return client.send("<iq type='set' id='c'><query xmlns='jabber:iq:roster'><item jid='" + name
                + "@localhost' name='" + label + "'/></query></iq>").receive();
    }

    @Test void registrationsPerAddressAndHourAreLimited() throws Exception {
        try (var client = SERVER.connect().open("localhost").secure()) {
            for (int i = 0; i < 2; i++) assertThat(signUp(client, i).attribute("type")).isEqualTo("result");
            assertThat(isOverLimit(signUp(client, 2))).isTrue();
        }
        try (var again = SERVER.connect().open("localhost").secure()) {
            assertThat(isOverLimit(signUp(again, 3))).as("on another connection").isTrue();
        }
    }

    private static ReceivedXml signUp(Client client, int name) throws Exception {
        return client.send("<iq type='set' id='s'><query xmlns='jabber:iq:register'><username>new" + name
                + "</username><password>x</password></query></iq>").receive();
    }

    @Test void directedPresencesPerSessionAreLimited() throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            for (int i = 0; i < 1000; i++) client.send("<presence to='c" + i + "@localhost'/>");
            client.fence();
            assertThat(client.peek()).isNull();
            assertThat(isOverLimit(client.send("<presence to='c1000@localhost'/>").receive())).isTrue();
            client.send("<presence type='unavailable' to='c0@localhost'/><presence to='c1000@localhost'/>").fence();
            assertThat(client.peek()).isNull();
        }
    }

    @Test void blocklistSizeIsLimited() throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            assertThat(isOverLimit(block(client, 0, 1001))).isTrue();
            assertThat(block(client, 0, 1000).attribute("type")).isEqualTo("result");
            assertThat(isOverLimit(block(client, 1000, 1001))).isTrue();
            assertThat(block(client, 0, 1).attribute("type")).as("an address that is on the list already")
                    .isEqualTo("result");
        }
    }

    private static ReceivedXml block(Client client, int from, int to) throws Exception {
        var items = IntStream.range(from, to).mapToObj(i -> "<item jid='c" + i + "@localhost'/>")
                .collect(Collectors.joining());
        return client.send("<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'>" + items + "</block></iq>")
                .receive();
    }

    @Test void tooManyFailedLoginsDelayEvenTheRightPassword() throws Exception {
        try (var server = LocalServer
                .start(LocalServer.SETTINGS.replace("failures_per_minute = 1000000", "failures_per_minute = 3"));
                var client = server.connect().open("localhost").secure()) {
            var romeo = server.account("romeo");
            for (int i = 0; i < 3; i++)
                assertThat(client.send(Client.plain(romeo.local(), "guess")).receive().child("not-authorized"))
                        .isPresent();
            assertThat(client.send(Client.plain(romeo.local(), LocalServer.PASSWORD)).receive()
                    .child("temporary-auth-failure")).isPresent();
        }
    }

    @Test void disabledAccountIsRevealedOnlyWithTheRightPassword() throws Exception {
        var romeo = SERVER.account("romeo");
        SERVER.command("user disable", Map.of("account", romeo.toString()));
        try (var client = SERVER.connect().open("localhost").secure()) {
            assertThat(client.send(Client.plain(romeo.local(), "guess")).receive().child("not-authorized")).isPresent();
            assertThat(
                    client.send(Client.plain(romeo.local(), LocalServer.PASSWORD)).receive().child("account-disabled"))
                    .isPresent();
            SERVER.command("user enable", Map.of("account", romeo.toString()));
            assertThat(client.login(romeo, LocalServer.PASSWORD).bind("x").jid()).isEqualTo(romeo.withResource("x"));
        }
    }

    @Test void privateXmlCanBeReplacedWhenTheQuotaIsFull() throws Exception { // XEP-0049
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            for (int round = 0; round < 2; round++) for (int i = 0; i < 5; i++)
                assertThat(keep(client, i, 200_000).attribute("type")).isEqualTo("result");
            assertThat(keep(client, 5, 200_000).child("error").orElseThrow().child("resource-constraint")).isPresent();
            assertThat(keep(client, 4, 1).attribute("type")).isEqualTo("result");
            assertThat(keep(client, 5, 200_000).attribute("type")).isEqualTo("result");
        }
    }

    private static ReceivedXml keep(Client client, int name, int letters) throws Exception {
        return client.send("<iq type='set' id='k'><query xmlns='jabber:iq:private'><x" + name + " xmlns='urn:x'>"
                + "x".repeat(letters) + "</x" + name + "></query></iq>").receive();
    }
}
