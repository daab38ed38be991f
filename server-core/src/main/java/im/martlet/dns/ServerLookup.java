package im.martlet.dns;

import java.net.IDN;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Finds the endpoints of the servers of a domain (RFC 6120 §3.2, XEP-0368). Any thread; blocks. */
public final class ServerLookup {
    private static final int PORT = 5269;
    private static final int MOST_TRIED = 8; // endpoints of a domain, and addresses of an endpoint
    private static final List<String> SERVICES = List.of("xmpps-server", "xmpp-server");

    private final DnsResolver records;
    private final Supplier<Map<String, ServerEndpoint>> routes;
    private final BooleanSupplier privateAllowed;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param routes current endpoints of domains that are not looked up in DNS
     * @param privateAllowed whether the servers of other domains may be at private addresses now
     */
    public ServerLookup(DnsResolver records, Supplier<Map<String, ServerEndpoint>> routes,
            BooleanSupplier privateAllowed) {
        this.privateAllowed = privateAllowed;
        this.records = records;
        this.routes = routes;
    }

    /**
     * Returns the endpoints of a domain, in the order to try them; never empty.
     *
     * @param domain prepared domain
     */
    public List<ServerEndpoint> find(String domain) throws LookupException {
        var route = routes.get().get(domain);
        if (route != null) return List.of(route);
        if (literal(domain).isPresent()) return List.of(new ServerEndpoint(domain, PORT, false));
        String name = ascii(domain);
        var found = new ArrayList<SrvRecord>();
        boolean declared = false;
        LookupException failure = null;
        for (String service : SERVICES) try {
            var srv = records.srv(service, name);
            declared |= !srv.isEmpty();
            srv.stream().filter(s -> !s.target().isEmpty()).forEach(found::add);
        } catch (LookupException e) {
            failure = e;
        }
        if (!found.isEmpty()) // XEP-0368 §3 rule 1: both services together
            return SrvRecord.order(found, most -> random.nextInt(most + 1)).stream().limit(MOST_TRIED)
                    .map(s -> new ServerEndpoint(s.target(), s.port(), s.tls())).toList();
        if (failure != null) throw failure;
        if (declared) throw new LookupException(domain + " says in DNS that it has no XMPP server", true);
        return List.of(new ServerEndpoint(name, PORT, false)); // RFC 6120 §3.2.2
    }

    /**
     * Returns the addresses of an endpoint, in the order to try them; never empty. Any user may write to any domain,
     * and the owner of a domain chooses its addresses, so private addresses are left out: they could lead into the
     * networks of this server.
     *
     * @param domain prepared domain that the endpoint belongs to
     */
    public List<InetAddress> addresses(String domain, ServerEndpoint endpoint) throws LookupException {
        boolean all = privateAllowed.getAsBoolean() || routes.get().containsKey(domain);
        var reachable = addresses(endpoint).stream().filter(address -> all || PublicAddresses.has(address))
                .limit(MOST_TRIED).toList();
        if (reachable.isEmpty())
            throw new LookupException(
                    endpoint.host() + " has only private addresses, which this server does not connect to", true);
        return reachable;
    }

    private List<InetAddress> addresses(ServerEndpoint endpoint) throws LookupException {
        var literal = literal(endpoint.host());
        if (literal.isPresent()) return List.of(literal.get());
        var all = records.addresses(endpoint.host());
        if (all.isEmpty()) throw new LookupException(endpoint.host() + " has no address in DNS", true);
        return all;
    }

    private static String ascii(String domain) throws LookupException {
        try {
            return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            throw new LookupException("'" + domain + "' is not a valid name for DNS", true);
        }
    }

    /** Returns the address if a host is written as an IP address; never asks DNS. */
    private static Optional<InetAddress> literal(String host) {
        boolean ipv6 = host.startsWith("[") && host.endsWith("]") || host.contains(":");
        if (!ipv6 && !host.matches("\\d{1,3}(\\.\\d{1,3}){3}")) return Optional.empty();
        try {
            return Optional.of(InetAddress.ofLiteral(ipv6 ? host.replaceAll("[\\[\\]]", "") : host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
