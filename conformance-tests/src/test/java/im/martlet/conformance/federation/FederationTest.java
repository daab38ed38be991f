package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two Martlets that federate with each other. */
class FederationTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static FederatedServer a;
    private static FederatedServer b;

    @BeforeAll static void start() {
        a = FederatedServer.start("a.example", AUTHORITY, DNS);
        b = FederatedServer.start("b.example", AUTHORITY, DNS);
    }

    @AfterAll static void stop() {
        a.close();
        b.close();
        DNS.close();
    }

    private static String message(Client to, String id) {
        return "<message type='chat' id='" + id + "' to='" + to.jid() + "'><body>" + id + "</body></message>";
    }

    @Test void messagesPassInBothDirections() throws Exception {
        try (var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            romeo.send(message(juliet, "m1"));
            var received = juliet.receive();
            assertThat(received.attribute("from")).isEqualTo(romeo.jid().toString());
            assertThat(received.child("body").orElseThrow().text()).isEqualTo("m1");
            juliet.send(message(romeo, "m2"));
            assertThat(romeo.receive().attribute("id")).isEqualTo("m2");
        }
    }

    @Test void oneStreamVerifiedByCertificatesCarriesBothDirections() throws Exception {
        try (var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            romeo.send(message(juliet, "m1"));
            juliet.receive();
            juliet.send(message(romeo, "m2"));
            romeo.receive();
            assertThat(a.server.command("s2s list", Map.of()).toString()).contains("and back", "certificate",
                    "resends=true");
        }
    }

    @Test void requestsAreAnsweredAcrossServers() throws Exception {
        try (var romeo = a.login("romeo")) {
            romeo.send("<iq type='get' id='p' to='b.example'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertThat(romeo.receive().attribute("type")).isEqualTo("result");
            romeo.send("<iq type='get' id='q' to='nobody@b.example/x'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertThat(romeo.receive().toString()).contains("service-unavailable");
        }
    }

    @Test void tenThousandMessagesArriveInOrder() throws Exception {
        try (var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            juliet.stopReadingBehind("0"); // faster than the reader of the client, which reads byte by byte
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        int first = 100 * i;
                        romeo.send(IntStream.range(first, first + 100)
                                .mapToObj(n -> "<message id='" + n + "' type='headline' to='" + juliet.jid() + "'/>")
                                .collect(Collectors.joining()));
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(juliet.receive().attribute("id")).isEqualTo("0");
            var ids = Pattern.compile(" id='(\\d+)'");
            var text = new StringBuilder();
            var buffer = new byte[65_536];
            for (int next = 1; next < 10_000;) {
                text.append(new String(buffer, 0, juliet.socket().getInputStream().read(buffer),
                        StandardCharsets.US_ASCII));
                var found = ids.matcher(text);
                int end = 0;
                while (found.find()) {
                    assertThat(found.group(1)).isEqualTo(String.valueOf(next++));
                    end = found.end();
                }
                text.delete(0, end);
            }
        }
    }

    @Test void messagesForUnreachableDomainsAreBouncedOnce() throws Exception {
        DNS.nothing("silent.example");
        try (var romeo = a.login("romeo")) {
            romeo.send("<message type='chat' id='1' to='x@nowhere.example'><body>hello</body></message>");
            assertThat(romeo.receive().toString()).contains("remote-server-not-found").contains("nowhere.example");
            romeo.send("<message type='chat' id='2' to='x@silent.example'><body>hello</body></message>");
            assertThat(romeo.receive().toString()).contains("remote-server-not-found").contains("says in DNS");
            romeo.fence();
            assertThat(romeo.peek()).isNull();
        }
    }

    @Test void theNextAddressIsTriedAfterARefusal() throws Exception { // RFC 8305 §5
        try (var two = FederatedServer.start("two.example", AUTHORITY, DNS); var romeo = a.login("romeo");
                var juliet = two.login("juliet")) {
            DNS.otherAddress("host.two.example", "::1").otherAddress("host.two.example", "::2"); // tried first
            romeo.send(message(juliet, "m1"));
            assertThat(juliet.receive().attribute("id")).isEqualTo("m1");
        }
    }

    /**
     * The silent address neither accepts nor refuses: its queue of connections is full, so the operating system drops
     * further attempts.
     */
    @Test void theNextAddressIsTriedAtOnceWhenTheFirstIsSilent() throws Exception { // RFC 8305 §5
        try (var two = FederatedServer.start("quiet.example", AUTHORITY, DNS); var romeo = a.login("romeo");
                var juliet = two.login("juliet");
                var silent = new ServerSocket(two.port(), 1, InetAddress.ofLiteral("::1"));
                var crowd = new Crowded(silent)) {
            DNS.otherAddress("host.quiet.example", "::1"); // tried first
            assertThat(crowd.isSilent()).isTrue();
            long began = System.nanoTime();
            romeo.send(message(juliet, "m1"));
            assertThat(juliet.receive().attribute("id")).isEqualTo("m1");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("time to delivery, without a wait for the silent address")
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(crowd.isSilent()).as("the address is still silent").isTrue();
        }
    }

    /** Holds more connections than a port queues, none of which is accepted. */
    private static final class Crowded implements AutoCloseable {
        private final ServerSocket port;
        private final List<SocketChannel> all = new ArrayList<>();

        Crowded(ServerSocket port) throws Exception {
            this.port = port;
            for (int i = 0; i < 8; i++) {
                var one = SocketChannel.open();
                one.configureBlocking(false);
                one.connect(port.getLocalSocketAddress());
                all.add(one);
            }
        }

        boolean isSilent() throws Exception {
            try (var one = new Socket()) {
                one.connect(port.getLocalSocketAddress(), 300);
                return false;
            } catch (SocketTimeoutException nothing) {
                return true;
            }
        }

        @Override public void close() throws IOException { for (var one : all) one.close(); }
    }

    @Test void anAliasInDnsIsFollowed() throws Exception {
        try (var named = FederatedServer.start("named.example", AUTHORITY, DNS); var romeo = a.login("romeo");
                var juliet = named.login("juliet")) {
            DNS.forget("named.example").server("named.example", "xmpp-server", named.port(), "alias.example")
                    .alias("alias.example", "host.target.example").address("host.target.example");
            romeo.send(message(juliet, "m1"));
            assertThat(juliet.receive().attribute("id")).isEqualTo("m1");
        }
    }

    @Test void anErrorForAnUnknownDomainIsNotBounced() throws Exception {
        try (var romeo = a.login("romeo")) {
            romeo.send(
                    "<message type='error' id='1' to='x@nowhere.example'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
                            + "<message type='chat' id='2' to='x@nowhere.example'><body>hello</body></message>");
            assertThat(romeo.receive().attribute("id")).isEqualTo("2");
        }
    }

    @Test void presenceSubscriptionsAndProbesWorkAcrossServers() throws Exception { // RFC 6121 §3.1, §4.3, §4.4
        var romeoAccount = a.server.account("romeo", a.domain);
        var julietAccount = b.server.account("juliet", b.domain);
        try (var juliet = b.server.login(julietAccount, "balcony")) {
            juliet.send(
                    "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence><show>chat</show></presence>");
            try (var romeo = a.server.login(romeoAccount, "orchard")) {
                romeo.send(
                        "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/><presence type='subscribe' to='"
                                + julietAccount + "'/>");
                until(juliet, "subscribe", "from='" + romeoAccount + "'");
                juliet.send("<presence type='subscribed' to='" + romeoAccount + "'/>");
                until(romeo, "subscribed", "from='" + julietAccount + "'");
                until(romeo, "presence", "from='" + juliet.jid() + "'", "chat");
            }
            // a later session probes the presence of its contacts
            try (var romeo = a.server.login(romeoAccount, "later")) {
                romeo.send("<presence/>");
                until(romeo, "presence", "from='" + juliet.jid() + "'", "chat");
                juliet.send("<presence type='unsubscribed' to='" + romeoAccount + "'/>");
                until(romeo, "presence", "unavailable", "from='" + juliet.jid() + "'");
            }
        }
    }

    @Test void aMessageWaitsForAnOfflineRemoteUserAndIsInBothArchives() throws Exception {
        var julietAccount = b.server.account("juliet", b.domain);
        try (var romeo = a.login("romeo")) {
            romeo.send("<message type='chat' id='late' to='" + julietAccount + "'><body>late</body></message>");
            // the reply shows that the message has arrived
            romeo.send("<iq type='get' id='p' to='b.example'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertThat(romeo.receive().attribute("id")).isEqualTo("p");
            romeo.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>");
            until(romeo, "urn:xmpp:mam:2", "late");
        }
        try (var juliet = b.server.login(julietAccount, "x")) {
            juliet.send("<presence/>");
            until(juliet, "message", "id='late'", "urn:xmpp:delay");
        }
    }

    @Test void carbonsCopyMessagesToAndFromRemoteServers() throws Exception {
        var account = a.server.account("romeo", a.domain);
        try (var phone = a.server.login(account, "phone"); var laptop = a.server.login(account, "laptop");
                var juliet = b.login("juliet")) {
            laptop.send("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq><presence/>");
            until(laptop, "presence", "laptop");
            phone.send(message(juliet, "out"));
            until(laptop, "urn:xmpp:carbons:2", "sent", "id='out'");
            juliet.send("<message type='chat' id='in' to='" + phone.jid() + "'><body>in</body></message>");
            until(laptop, "urn:xmpp:carbons:2", "received", "id='in'");
        }
    }

    @Test void theAdminTestsAndShowsRemoteDomains() throws Exception {
        try (var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            romeo.send(message(juliet, "m1"));
            juliet.receive();
        }
        assertThat(a.server.command("s2s test", Map.of("domain", "b.example")).toString()).contains(
                "DNS: b.example is at [host.b.example:" + b.port() + "]", "TCP: connected",
                "the certificate is trusted",
                "good: b.example");
        assertThat(a.server.command("s2s test", Map.of("domain", "nowhere.example")).toString())
                .contains("bad: nowhere.example has no address in DNS", "what to do: check the spelling of the domain");
        assertThat(a.server.command("s2s show", Map.of("domain", "b.example")).toString()).contains("waiting=0");
    }

    private static void until(Client client, String... parts) throws Exception {
        for (ReceivedXml next = client.receive(); !java.util.Arrays.stream(parts)
                .allMatch(next.toString()::contains); next = client.receive())
            if (next == ReceivedXml.CLOSED)
                throw new AssertionError("closed before " + java.util.Arrays.toString(parts));
    }
}
