package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.auth.SaslChannel;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.extension.Kernel;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamState;
import im.martlet.xml.Element;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * T-PREAUTH: clients before login cost little, are disconnected in time, and delay no others. Clients that do not read
 * are disconnected.
 */
class HostileClientsTest {
    private static final String QUICK = LocalServer.SETTINGS.replace("[limits]",
            "[limits]\ntime_to_login = '2s'\nidle = '5s'\npatience = '1s'\noutbound = 65536\nrate = 0\n");

    @Test void thousandSilentConnectionsDelayNoLoginAndTimeOut() throws Exception {
        try (var server = LocalServer.start(QUICK)) {
            var silent = new ArrayList<Client>();
            for (int i = 0; i < 1000; i++) silent.add(server.connect());
            long before = System.nanoTime();
            try (var client = server.login(server.account("romeo"), "x")) {
                client.fence();
                assertThat(Duration.ofNanos(System.nanoTime() - before)).as("a login among them")
                        .isLessThan(Duration.ofSeconds(2));
            }
            for (var client : silent) {
                assertThat(client.hear().streamError()).isEqualTo("connection-timeout");
                client.close();
            }
        }
    }

    @Test void ipv6NetworkCountsAsOneAddressForRegistration() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS.replace("per_hour = 0", "per_hour = 2"))) {
            assertThat(signUp(server, "2001:db8::1")).isEqualTo("result");
            assertThat(signUp(server, "2001:db8::2")).isEqualTo("result");
            assertThat(signUp(server, "2001:db8::ffff:1:2:3")).isEqualTo("error");
            assertThat(signUp(server, "2001:db8:0:1::1")).as("the next network").isEqualTo("result");
        }
    }

    /** Registers an account from any address: calls the stream feature directly. */
    private static String signUp(LocalServer server, String address) throws Exception {
        var query = Element.of("jabber:iq:register", "query").with(
                Element.of("jabber:iq:register", "username").withText("new" + System.nanoTime()),
                Element.of("jabber:iq:register", "password").withText("pencil"));
        var request = Element.of("jabber:client", "iq").with("type", "set").with("id", "r").with(query);
        var channel = new SaslChannel(true, InetAddress.getByName(address), _ -> Optional.empty());
        var state = StreamState.opened("localhost", channel);
        var feature = server.server().injector().getInstance(Kernel.class).streamFeatures().stream()
                .filter(f -> f.accepts(request)).findFirst().orElseThrow();
        return ((Step.Reply) feature.negotiate(request, state)).xml().attribute("type").orElseThrow();
    }

    @Test void tricklingClientTimesOutBeforeLogin() throws Exception {
        try (var server = LocalServer.start(QUICK); var client = server.connect().open("localhost")) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        client.send(" ");
                        Thread.onSpinWait();
                    }
                } catch (Exception closed) { // the test waits for this
                }
            });
            assertThat(client.receive().children().getFirst().name()).isEqualTo("connection-timeout");
        }
    }

    @Test void connectionsBeforeLoginAreLimitedPerAddress() throws Exception {
        try (var server = LocalServer
                .start(LocalServer.SETTINGS.replace("waiting_per_address = 10000", "waiting_per_address = 3"))) {
            var account = server.account("romeo");
            var loggedIn = List.of(server.login(account, "a"), server.login(account, "b"), server.login(account, "c"),
                    server.login(account, "d"));
            var waiting = List.of(server.connect().open("localhost"), server.connect().open("localhost"),
                    server.connect().open("localhost"));
            try (var tooMany = new Socket("127.0.0.1", server.port())) {
                assertThat(isClosed(tooMany)).isTrue();
            }
            waiting.getFirst().close();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                try (var again = new Socket("127.0.0.1", server.port())) {
                    again.getOutputStream().write(Client.header("localhost").getBytes());
                    return again.getInputStream().read() == '<';
                } catch (SocketException refused) {
                    return false;
                }
            });
            for (var client : loggedIn) client.fence();
        }
    }

    private static boolean isClosed(Socket socket) throws Exception {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test void clientThatDoesNotReadIsDisconnectedWithoutDelayingSenders() throws Exception {
        try (var server = LocalServer.start(QUICK)) {
            var silent =
                    server.connect().open("localhost").secure().login(server.account("silent"), LocalServer.PASSWORD)
                            .bindWithoutReading("x");
            try (var sender = server.login(server.account("sender"), "x")) {
                var message = "<message to='" + silent.jid() + "'><body>" + "x".repeat(50_000) + "</body></message>";
                await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(1)).until(() -> {
                    sender.send(message);
                    sender.fence();
                    return server.server().injector().getInstance(im.martlet.session.AccountDirectory.class)
                            .session(silent.jid()).isEmpty();
                });
            }
            silent.close();
        }
    }

    @Test void silentClientIsPingedThenDisconnected() throws Exception {
        try (var server = LocalServer.start(QUICK); var client = server.login(server.account("romeo"), "x")) {
            var ping = client.receive();
            assertThat(ping.child("ping")).isPresent();
            client.send("<iq type='error' id='" + ping.attribute("id") + "' to='localhost'/>");
            assertThat(client.receive().child("ping")).as("a second ping, because the client answered").isPresent();
            assertThat(client.streamError()).isEqualTo("connection-timeout");
        }
    }

    @Test void stoppingServerSendsSystemShutdown() throws Exception {
        var server = LocalServer.start(LocalServer.SETTINGS);
        try (var client = server.login(server.account("romeo"), "x")) {
            server.close();
            assertThat(client.streamError()).isEqualTo("system-shutdown");
        }
    }
}
