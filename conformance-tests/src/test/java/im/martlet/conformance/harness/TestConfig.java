package im.martlet.conformance.harness;

import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.server.LoopbackPorts;

/**
 * Holds the TOML settings of all test servers: random ports on the loopback address, cheap password hashes, and limits
 * that no ordinary test reaches. Tests that need other limits insert lines after a section's name.
 */
public final class TestConfig {
    public static final String PASSWORD = "pencil";
    public static final String NO_FEDERATION = "[federation]\nenabled = false\n";
    private static final String OPEN_REGISTRATION = "[registration]\nenabled = true\nper_hour = 0\n";

    /** Settings of a server in this JVM with two hosts, without federation. {@code [listen]} follows federation. */
    public static final String TWO_HOSTS = """
            [hosts."localhost"]
            [hosts."other.example"]
            """ + NO_FEDERATION + LoopbackPorts.toml("client", "client_tls") + relaxed("") + OPEN_REGISTRATION + """
            [search]
            enabled = true
            [contact]
            abuse = ["mailto:abuse@localhost"]
            [external_services.stun]
            type = "stun"
            host = "stun.localhost"
            port = 9998
            [external_services.turn]
            type = "turn"
            host = "relay.localhost"
            secret = "north"
            hosts = ["localhost"]
            [external_services.turns]
            type = "turns"
            host = "relay.localhost"
            secret = "north"
            hosts = ["localhost"]
            [external_services.files]
            type = "ftp"
            host = "ftp.localhost"
            port = 20
            name = "Shakespearean File Server"
            username = "guest"
            password = "guest"
            hosts = ["localhost"]
            """;

    /** Settings of a server in its own process, without {@code [federation]} and {@code [storage]}. */
    static final String PROCESS = LoopbackPorts.toml("client", "client_tls", "component", "server", "server_tls")
            + relaxed("rate = 0\noffline_messages = 1000000\n") + OPEN_REGISTRATION;

    private TestConfig() {}

    /** Returns the settings of a small server without federation, as an admin might write them. */
    public static String small(int clientPort) {
        return NO_FEDERATION + """
                [listen]
                client = ['127.0.0.1:%d']
                client_tls = ['127.0.0.1:0']
                admin = '127.0.0.1:0'
                [proxy]
                listen = []
                [http]
                tls = ['127.0.0.1:0']
                local = ['127.0.0.1:0']
                """.formatted(clientPort);
    }

    /**
     * Returns the settings of a server that federates.
     *
     * @param ca the file of the authority that the server trusts
     * @param dnsPort the port of the DNS server on the loopback address
     * @param more more lines of {@code [federation]}, then more sections
     */
    public static String federated(String domain, TestAuthority.Issued certificate, String ca, int dnsPort,
            String more) {
        String host = "[hosts.\"%s\"]\ncertificate = '%s'\nkey = '%s'\n".formatted(domain, certificate.certificate(),
                certificate.key());
        String federation = "[federation]\nca = '%s'\ndns = [\"127.0.0.1:%d\"]\n".formatted(ca, dnsPort)
                + (more.contains("private_addresses") ? "" : "private_addresses = true\n");
        return host + LoopbackPorts.toml("client", "client_tls", "server", "server_tls")
                + relaxed("rate = \"64 MB\"\nburst = \"64 MB\"\n") + federation + more + "\n";
    }

    private static String relaxed(String moreLimits) {
        return """
                [limits]
                waiting_per_address = 10000
                connections_per_minute = 1000000
                """ + moreLimits + """
                [login]
                iterations = 4096
                failures_per_minute = 1000000
                """;
    }
}
