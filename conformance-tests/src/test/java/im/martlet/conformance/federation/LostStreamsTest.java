package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Stanzas for a remote server when streams are lost, or when the server is away or misbehaves. */
class LostStreamsTest {
    private static String message(String to, int id) {
        return "<message type='headline' id='" + id + "' to='" + to + "'/>";
    }

    @Test void undeliveredStanzasArriveInOrderOverTheNextStream() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var a = FederatedServer.start("a.example", authority, dns);
                var b = FederatedServer.start("b.example", authority, dns);
                var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            int last = -1;
            for (int burst = 0; burst < 10; burst++) {
                int first = 50 * burst;
                romeo.send(IntStream.range(first, first + 50).mapToObj(i -> message(juliet.jid().toString(), i))
                        .collect(Collectors.joining()));
                if (burst > 0) a.server.command("s2s close", Map.of("domain", "b.example"));
                while (last < first + 10) last = next(juliet, last);
            }
            while (last < 499) last = next(juliet, last);
        }
    }

    /** Receives a message and returns the highest id so far. Only ids that came before may repeat. */
    private static int next(Client client, int last) throws Exception {
        int id = Integer.parseInt(client.receive().attribute("id"));
        assertThat(id).isLessThanOrEqualTo(last + 1);
        return Math.max(id, last);
    }

    @Test void stanzasForAnAbsentServerAreBouncedUntilItReturns() throws Exception {
        var authority = new TestAuthority();
        var certificate = authority.certify("b.example");
        try (var dns = new LoopbackDns(); var a = FederatedServer.start("a.example", authority, dns);
                var romeo = a.login("romeo")) {
            try (var b = FederatedServer.start("b.example", authority, certificate, dns, "");
                    var juliet = b.login("juliet")) {
                romeo.send(message(juliet.jid().toString(), 1));
                assertThat(juliet.receive().attribute("id")).isEqualTo("1");
                juliet.fence();
            }
            romeo.send(message("juliet@b.example", 2));
            var error = romeo.receive();
            assertThat(error.attribute("id")).isEqualTo("2");
            assertThat(error.toString()).contains("remote-server-");
            romeo.send(message("juliet@b.example", 3)); // at once, during the pause before the next attempt
            assertThat(romeo.receive().attribute("id")).isEqualTo("3");
            dns.forget("b.example");
            try (var b = FederatedServer.start("b.example", authority, certificate, dns, "");
                    var juliet = b.login("juliet")) {
                juliet.send("<message to='" + romeo.jid() + "' id='back'/>"); // an incoming stream ends the pause
                assertThat(romeo.receive().attribute("id")).isEqualTo("back");
                romeo.send(message(juliet.jid().toString(), 4));
                assertThat(juliet.receive().attribute("id")).isEqualTo("4");
            }
        }
    }

    @Test void theSenderLearnsThatACertificateIsNotTrusted() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns();
                var strict = FederatedServer.start("strict.example", authority, authority.certify("strict.example"),
                        dns, "secure = 'certificate'");
                var b = FederatedServer.start("b.example", authority, new TestAuthority().certify("b.example"), dns,
                        "");
                var romeo = strict.login("romeo"); var juliet = b.login("juliet")) {
            romeo.send(message(juliet.jid().toString(), 1));
            assertThat(romeo.receive().toString()).contains("remote-server-timeout",
                    "not from a trusted authority");
            juliet.send(message(romeo.jid().toString(), 2));
            assertThat(juliet.receive().toString()).contains("remote-server-timeout");
        }
    }

    @Test void badCertificatesOnBothSidesLeadToDialback() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns();
                var a = FederatedServer.start("a.example", authority, new TestAuthority().certify("a.example"), dns,
                        "");
                var b = FederatedServer.start("b.example", authority, authority.certify("wrong.example"), dns, "");
                var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            romeo.send(message(juliet.jid().toString(), 1));
            assertThat(juliet.receive().attribute("id")).isEqualTo("1");
            juliet.send(message(romeo.jid().toString(), 2));
            assertThat(romeo.receive().attribute("id")).isEqualTo("2");
            assertThat(a.server.command("s2s list", Map.of()).toString()).contains("dialback", "and back");
        }
    }

    @Test void stanzasAreBouncedInTimeWhenDnsIsSilent() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var a =
                FederatedServer.start("a.example", authority, authority.certify("a.example"), dns, "timeout = '3s'");
                var romeo = a.login("romeo")) {
            dns.silent(true);
            romeo.send(message("juliet@c.example", 1));
            assertThat(romeo.receive().toString()).contains("remote-server-timeout", "DNS does not answer");
        }
    }

    @Test void aConfiguredRouteWithDirectTlsNeedsNoDns() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var b = FederatedServer.start("b.example", authority, dns)) {
            dns.forget("b.example");
            try (var a = FederatedServer.start("a.example", authority, authority.certify("a.example"), dns,
                    "[federation.routes]\n'b.example' = 'tls://127.0.0.1:" + b.tlsPort() + "'");
                    var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
                romeo.send(message(juliet.jid().toString(), 1));
                assertThat(juliet.receive().attribute("id")).isEqualTo("1");
            }
        }
    }

    @Test void anIdleStreamIsClosedAndReplacedWhenNeeded() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns();
                var a = FederatedServer.start("a.example", authority, authority.certify("a.example"), dns,
                        "idle = '1s'");
                var b = FederatedServer.start("b.example", authority, dns);
                var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            for (int i = 0; i < 2; i++) {
                romeo.send(message(juliet.jid().toString(), i));
                assertThat(juliet.receive().attribute("id")).isEqualTo(String.valueOf(i));
                assertThat(a.server.command("s2s list", Map.of()).toString()).contains("b.example");
                org.awaitility.Awaitility.await()
                        .until(() -> a.server.command("s2s list", Map.of()).toString().equals("[]"));
            }
            romeo.fence();
            assertThat(romeo.peek()).isNull();
        }
    }

    @Test void closingStreamsKeepsStanzasThatWaitForANewStream() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var a = FederatedServer.start("a.example", authority, dns);
                var romeo = a.login("romeo");
                var slow = new java.net.ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress())) {
            dns.server("slow.example", "xmpp-server", 0, slow.getLocalPort());
            romeo.send(message("x@slow.example", 1));
            try (var negotiating = slow.accept()) {
                assertThat(negotiating.getInputStream().read()).isEqualTo('<');
                assertThat(a.server.command("s2s close", Map.of("domain", "slow.example")).toString())
                        .isEqualTo("{closed=0}");
                romeo.fence();
                assertThat(romeo.peek()).isNull();
            }
            assertThat(romeo.receive().toString()).contains("id='1'", "remote-server-timeout");
        }
    }

    @Test void simultaneousConnectionAttemptsAreLimited() throws Exception {
        var authority = new TestAuthority();
        int domains = 400;
        int bound = 256;
        try (var dns = new LoopbackDns();
                var silent = new java.net.ServerSocket(0, 1000, java.net.InetAddress.getLoopbackAddress())) {
            var open = new java.util.concurrent.LinkedBlockingQueue<java.net.Socket>();
            var most = new java.util.concurrent.atomic.AtomicInteger();
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        open.add(silent.accept());
                        most.accumulateAndGet(open.size(), Math::max);
                    }
                } catch (java.io.IOException closed) {
                    // the test is over
                }
            });
            String routes = IntStream.range(0, domains)
                    .mapToObj(i -> "'d" + i + ".example' = '127.0.0.1:" + silent.getLocalPort() + "'\n")
                    .collect(Collectors.joining());
            try (var a = FederatedServer.start("a.example", authority, authority.certify("a.example"), dns,
                    "[federation.routes]\n" + routes); var romeo = a.login("romeo")) {
                romeo.send(IntStream.range(0, domains).mapToObj(i -> message("x@d" + i + ".example", i))
                        .collect(Collectors.joining()));
                org.awaitility.Awaitility.await().until(() -> open.size() >= bound);
                romeo.fence();
                for (int i = 0; i < domains; i++) open.take().close(); // each closed connection makes room for the next
                for (int i = 0; i < domains; i++)
                    assertThat(romeo.receive().toString()).contains("remote-server-timeout");
                assertThat(most.get()).isEqualTo(bound);
            }
        }
    }

    @Test void aServerThatEndsEveryStreamIsTriedOnlyAFewTimes() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var a = FederatedServer.start("a.example", authority, dns);
                var romeo = a.login("romeo");
                var rude = new java.net.ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress())) {
            dns.server("rude.example", "xmpp-server", 0, rude.getLocalPort());
            var connections = new java.util.concurrent.atomic.AtomicInteger();
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        rude.accept().close();
                        connections.incrementAndGet();
                    }
                } catch (java.io.IOException closed) {
                    // the test is over
                }
            });
            for (int i = 0; i < 20; i++) romeo.send(message("x@rude.example", i));
            for (int i = 0; i < 20; i++)
                assertThat(romeo.receive().toString()).contains("id='" + i + "'", "remote-server-timeout");
            assertThat(connections.get()).isLessThan(5);
        }
    }
}
