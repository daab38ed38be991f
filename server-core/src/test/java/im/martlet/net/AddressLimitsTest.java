package im.martlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Tests the limits of the connections of one address. */
class AddressLimitsTest {
    private static boolean isLetIn(InetSocketAddress address) throws Exception {
        var client = TestClient.connect(address);
        try {
            return client.raw().getInputStream().read() == '!';
        } catch (IOException reset) {
            return false;
        }
    }

    private static InetSocketAddress greeting(TestServer server) throws Exception {
        return server.listen(new Acceptor.Mode.StartTls(), transport -> {
            var peer = new RecordingPeer(transport);
            peer.write("!");
            return peer;
        });
    }

    @Test void loginFreesAPlaceAmongTheConnectionsWithoutLogin() throws Exception {
        try (var server = new TestServer(new AddressLimits.Bounds(2, 1000))) {
            var address = greeting(server);
            assertThat(isLetIn(address)).isTrue();
            assertThat(isLetIn(address)).isTrue();
            assertThat(isLetIn(address)).isFalse();
            server.acceptor.loggedIn(server.accepted().transport);
            assertThat(isLetIn(address)).isTrue();
            assertThat(isLetIn(address)).isFalse();
        }
    }

    @Test void closedConnectionFreesItsPlace() throws Exception {
        try (var server = new TestServer(new AddressLimits.Bounds(1, 1000))) {
            var address = greeting(server);
            for (int i = 0; i < 5; i++) {
                try (var client = TestClient.connect(address)) {
                    assertThat(client.read(1)).isEqualTo("!");
                }
                server.accepted().awaitClosed();
            }
        }
    }

    @Test void newConnectionsAMinuteAreLimited() throws Exception {
        try (var server = new TestServer(new AddressLimits.Bounds(1000, 3))) {
            var address = greeting(server);
            var letIn = new ArrayList<Boolean>();
            for (int i = 0; i < 5; i++) letIn.add(isLetIn(address));
            assertThat(letIn).containsExactly(true, true, true, false, false);
        }
    }
}
