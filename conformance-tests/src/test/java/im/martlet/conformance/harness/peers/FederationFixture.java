package im.martlet.conformance.harness.peers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Federated servers with their DNS server and certificate authority, for all tests of one class (a JUnit extension).
 */
public final class FederationFixture implements BeforeAllCallback, AfterAllCallback {
    private final LoopbackDns dns = new LoopbackDns();
    private final TestAuthority authority = new TestAuthority();
    private final Map<String, FederatedServer> servers = new LinkedHashMap<>();
    private final List<String> domains;
    private BooleanSupplier peerInstalled = () -> true;
    private String peer = "";

    private FederationFixture(List<String> domains) { this.domains = domains; }

    public static FederationFixture of(String... domains) { return new FederationFixture(List.of(domains)); }

    /** Skips the tests of the class if another server is not installed. */
    public FederationFixture beside(String peer, BooleanSupplier installed) {
        this.peer = peer;
        peerInstalled = installed;
        return this;
    }

    public LoopbackDns dns() { return dns; }

    public TestAuthority authority() { return authority; }

    /** Returns the server of a domain. */
    public FederatedServer server(String domain) { return servers.get(domain); }

    @Override public void beforeAll(ExtensionContext context) {
        assumeTrue(peerInstalled.getAsBoolean(), () -> peer + " is not installed");
        for (String domain : domains) servers.put(domain, FederatedServer.start(domain, authority, dns));
    }

    @Override public void afterAll(ExtensionContext context) {
        servers.values().forEach(FederatedServer::close);
        dns.close();
    }
}
