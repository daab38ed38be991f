package im.martlet.conformance.harness;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The server that dialogues are played on, with DNS and certificates for roles that are servers or components. */
public final class DialogueServers {
    public static final String SECRET = "hush";

    private record Federation(LoopbackDns dns, TestAuthority authority, TestAuthority untrusted) {}

    private static final class ForClients {
        private static final DialogueServers SERVERS = new DialogueServers(LocalServer.shared(),
                new Federation(new LoopbackDns(), new TestAuthority(), new TestAuthority()));
    }

    private static final class ForServers {
        private static final DialogueServers SERVERS = federated();

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

    /** Returns the shared server for dialogues that have only clients. */
    public static DialogueServers ofClients() {
        return ForClients.SERVERS;
    }

    /** Returns the federating server for dialogues with other servers or components. */
    public static DialogueServers ofServers() {
        return ForServers.SERVERS;
    }

    public LocalServer server() { return server; }

    public Client toServers() throws IOException { return new Client(server.server().server().getFirst().getPort()); }

    public Client toComponents() throws IOException {
        return new Client(server.server().component().getFirst().getPort());
    }

    /** Listens as the server of a domain, and adds its SRV record to the DNS. */
    public void announce(String domain) {
        listening.computeIfAbsent(domain, d -> {
            try {
                var socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                socket.setSoTimeout(20_000); // only a failing test waits so long
                federation.dns.server(d, "xmpp-server", 10, socket.getLocalPort());
                return socket;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    /** Waits for the server's next connection to a domain. */
    public Client called(String domain) throws IOException {
        return new Client(listening.get(domain).accept());
    }

    /** Returns a certificate for a domain. @param trusted whether the server trusts its authority */
    public TestAuthority.Issued certificate(String domain, boolean trusted) {
        return (trusted ? federation.authority : federation.untrusted).certify(domain, "*." + domain);
    }
}
