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

/** Finds where the server of a domain listens. Any thread; blocks. */
public final class ServerLookup {
    private static final int PORT = 5269;
    private static final int MOST_TRIED = 8; // endpoints of a domain, and addresses of each
    private static final List<String> SERVICES = List.of("xmpps-server", "xmpp-server");

    private final DnsResolver records;
    private final Supplier<Map<String, ServerEndpoint>> routes;
    private final BooleanSupplier anywhere;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param routes domains whose servers are not asked for in DNS, at any time
     * @param anywhere whether others may be at addresses that are not of the internet, at any time
     */
    public ServerLookup(DnsResolver records, Supplier<Map<String, ServerEndpoint>> routes, BooleanSupplier anywhere) {
        this.anywhere = anywhere;
        this.records = records;
        this.routes = routes;
    }

    /**
     * Where to try to connect, in this order; never empty.
     *
     * @param domain prepared, as it is in addresses
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
            var of = records.srv(service, name);
            declared |= !of.isEmpty();
            of.stream().filter(s -> !s.target().isEmpty()).forEach(found::add);
        } catch (LookupException e) {
            failure = e;
        }
        if (!found.isEmpty()) // XEP-0368 §3 rule 1: mixed
            return SrvRecord.order(found, most -> random.nextInt(most + 1)).stream().limit(MOST_TRIED)
                    .map(s -> new ServerEndpoint(s.target(), s.port(), s.tls())).toList();
        if (failure != null) throw failure;
        if (declared) throw new LookupException(domain + " says in DNS that it has no server for other servers", true);
        return List.of(new ServerEndpoint(name, PORT, false)); // RFC 6120 §3.2.2
    }

    /**
     * The addresses of an endpoint, in the order to try them; never empty. Anybody here may write to any domain, and
     * whoever owns one says where it is: so this is no way into the networks that this server is in.
     *
     * @param domain whose endpoint it is
     */
    public List<InetAddress> addresses(String domain, ServerEndpoint endpoint) throws LookupException {
        boolean all = anywhere.getAsBoolean() || routes.get().containsKey(domain);
        var reachable = addresses(endpoint).stream().filter(address -> all || PublicAddresses.has(address))
                .limit(MOST_TRIED).toList();
        if (reachable.isEmpty())
            throw new LookupException(endpoint.host() + " is at an address that is not of the internet", true);
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
            throw new LookupException("'" + domain + "' is no name that DNS could know", true);
        }
    }

    /** The address that a domain is instead of having one; never asks DNS. */
    private static Optional<InetAddress> literal(String host) {
        boolean six = host.startsWith("[") && host.endsWith("]") || host.contains(":");
        if (!six && !host.matches("\\d{1,3}(\\.\\d{1,3}){3}")) return Optional.empty();
        try {
            return Optional.of(InetAddress.ofLiteral(six ? host.replaceAll("[\\[\\]]", "") : host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
