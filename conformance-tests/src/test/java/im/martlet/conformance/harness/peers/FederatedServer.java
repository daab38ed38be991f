package im.martlet.conformance.harness.peers;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.TestConfig;

/** A server that federates, on random ports, for one domain. Other servers find it through the test's DNS server. */
public final class FederatedServer implements AutoCloseable {
    public final String domain;
    public final LocalServer server;

    private FederatedServer(String domain, LocalServer server) {
        this.domain = domain;
        this.server = server;
    }

    public static String settings(String domain, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns, String more) {
        return TestConfig.federated(domain, certificate, authority.file().toString(), dns.port(), more);
    }

    /** Starts a server with a certificate that all servers of the test trust. */
    public static FederatedServer start(String domain, TestAuthority authority, LoopbackDns dns) {
        return start(domain, authority, authority.certify(domain, "*." + domain), dns, "");
    }

    public static FederatedServer start(String domain, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns, String more) {
        return start(domain, authority, certificate, dns, more, "");
    }

    /** @param ofHost more lines for the section of the host */
    public static FederatedServer start(String domain, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns, String more, String ofHost) {
        return new FederatedServer(domain, LocalServer.start(
                settings(domain, authority, certificate, dns, more).replace("[listen]\n", ofHost + "\n[listen]\n")))
                .announced(dns);
    }

    /** Starts a server, and announces it in DNS only after it has the account that remote stanzas wait for. */
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

    /** Returns the port for servers with STARTTLS. */
    public int port() {
        return server.server().server().getFirst().getPort();
    }

    public int tlsPort() { return server.server().serverTls().getFirst().getPort(); }

    /** Returns the port for clients with direct TLS. */
    public int tlsPortOfClients() { return server.tlsPort(); }

    public Client login(String name) throws Exception { return server.login(server.account(name, domain), "x"); }

    @Override public void close() { server.close(); }
}
