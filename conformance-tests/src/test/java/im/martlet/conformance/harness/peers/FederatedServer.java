package im.martlet.conformance.harness.peers;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;

/** A server that federates, on random ports, for one domain, found through a DNS server of the test's. */
public final class FederatedServer implements AutoCloseable {
    public final String domain;
    public final LocalServer server;

    private FederatedServer(String domain, LocalServer server) {
        this.domain = domain;
        this.server = server;
    }

    public static String settings(String domain, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns, String more) {
        return """
                [hosts."%s"]
                certificate = '%s'
                key = '%s'
                [listen]
                client = ["127.0.0.1:0"]
                client_tls = ["127.0.0.1:0"]
                server = ["127.0.0.1:0"]
                server_tls = ["127.0.0.1:0"]
                admin = "127.0.0.1:0"
                [proxy]
                listen = ["127.0.0.1:0"]
                [http]
                tls = ["127.0.0.1:0"]
                plain = ["127.0.0.1:0"]
                local = ["127.0.0.1:0"]
                [login]
                iterations = 4096
                failures_per_minute = 1000000
                [limits]
                waiting_per_address = 10000
                connections_per_minute = 1000000
                rate = "64 MB"
                burst = "64 MB"
                [federation]
                ca = '%s'
                dns = ["127.0.0.1:%d"]
                %s
                %s
                """.formatted(domain, certificate.certificate(), certificate.key(), authority.file(), dns.port(),
                more.contains("private_addresses") ? "" : "private_addresses = true", more);
    }

    /** A server with a certificate that everybody in the test believes. */
    public static FederatedServer start(String domain, TestAuthority authority, LoopbackDns dns) {
        return start(domain, authority, authority.certify(domain, "*." + domain), dns, "");
    }

    public static FederatedServer start(String domain, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns, String more) {
        return start(domain, authority, certificate, dns, more, "");
    }

    /** @param ofHost more lines for the section of its host */
    public static FederatedServer start(String domain, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns, String more, String ofHost) {
        return new FederatedServer(domain, LocalServer.start(
                settings(domain, authority, certificate, dns, more).replace("[listen]\n", ofHost + "\n[listen]\n")))
                .announced(dns);
    }

    /** A server for which something waits elsewhere: nobody finds it before it has the account that this is for. */
    public static FederatedServer startWith(Jid account, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns) throws Exception {
        var started = new FederatedServer(account.domain(),
                LocalServer.start(settings(account.domain(), authority, certificate, dns, "")));
        started.server.account(account, LocalServer.PASSWORD);
        return started.announced(dns);
    }

    private FederatedServer announced(LoopbackDns dns) {
        dns.server(domain, "xmpp-server", 10, port());
        return this;
    }

    /** Where servers connect with STARTTLS. */
    public int port() {
        return server.server().server().getFirst().getPort();
    }

    public int tlsPort() { return server.server().serverTls().getFirst().getPort(); }

    /** Where clients connect with TLS from the first byte. */
    public int tlsPortOfClients() { return server.tlsPort(); }

    public Client login(String name) throws Exception { return server.login(server.account(name, domain), "x"); }

    @Override public void close() { server.close(); }
}
