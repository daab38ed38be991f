package im.martlet.conformance.harness;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where dialogues are played: a server, and when other servers and components have a part, all that they need. */
public final class DialogueServers {
    public static final String SECRET = "hush";

    private record Federation(LoopbackDns dns, TestAuthority authority, TestAuthority unknown) {}

    private static final class ForClients {
        private static final DialogueServers STAGE = new DialogueServers(LocalServer.shared(),
                new Federation(new LoopbackDns(), new TestAuthority(), new TestAuthority()));
    }

    private static final class ForServers {
        private static final DialogueServers STAGE = federated();

        private static DialogueServers federated() {
            var federation = new Federation(new LoopbackDns(), new TestAuthority(), new TestAuthority());
            var settings = FederatedServer
                    .settings("localhost", federation.authority,
                            federation.authority.certify("localhost", "*.localhost"), federation.dns, "")
                    .replace("[listen]\n", "[listen]\ncomponent = [\"127.0.0.1:0\"]\n")
                    + "[components.\"plays.localhost\"]\nsecret = \"" + SECRET
                    + "\"\nname = \"Plays\"\n[rejoin]\nretry = \"1s\"\n";
            return new DialogueServers(LocalServer.start(settings), federation);
        }
    }

    private final LocalServer server;
    private final Federation federation;
    private final Map<String, ServerSocket> listening = new ConcurrentHashMap<>();

    private DialogueServers(LocalServer server, Federation federation) {
        this.server = server;
        this.federation = federation;
    }

    public static DialogueServers ofClients() { return ForClients.STAGE; }

    public static DialogueServers ofServers() { return ForServers.STAGE; }

    public LocalServer server() { return server; }

    public Client toServers() throws IOException { return new Client(server.server().server().getFirst().getPort()); }

    public Client toComponents() throws IOException {
        return new Client(server.server().component().getFirst().getPort());
    }

    /** Makes it known in DNS where a domain's server is. */
    public void announce(String domain) {
        listening.computeIfAbsent(domain, d -> {
            try {
                var socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                socket.setSoTimeout(20_000); // only ever used up by a test that fails
                federation.dns.server(d, "xmpp-server", 10, socket.getLocalPort());
                return socket;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    /** The next connection of the server to a domain's. */
    public Client called(String domain) throws IOException {
        return new Client(listening.get(domain).accept());
    }

    /** @param believed whether the authority is one that the server believes */
    public TestAuthority.Issued certificate(String domain, boolean believed) {
        return (believed ? federation.authority : federation.unknown).certify(domain, "*." + domain);
    }
}
