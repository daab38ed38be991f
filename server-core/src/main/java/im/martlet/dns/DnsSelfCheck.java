package im.martlet.dns;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Checks that the DNS records of a domain lead to the ports of this server. Blocks. */
public final class DnsSelfCheck {
    /**
     * A service with SRV records.
     *
     * @param name name in the record, without the underscore
     * @param peers clients or servers that look for it, in the plural
     * @param port usual port
     * @param direct whether TLS begins with the first byte (XEP-0368)
     */
    private record Service(String name, String peers, int port, boolean direct) {}

    private static final List<Service> SERVICES = List.of(new Service("xmpp-client", "clients", 5222, false),
            new Service("xmpps-client", "clients", 5223, true),
            new Service("xmpp-server", "other servers", 5269, false),
            new Service("xmpps-server", "other servers", 5270, true));

    private final DnsResolver records;
    private final Map<String, Set<Integer>> ports;

    /**
     * @param ports listening ports by service, such as {@code xmpps-client} (XEP-0368); this server does not offer the
     * services that are missing
     */
    public DnsSelfCheck(DnsResolver records, Map<String, Set<Integer>> ports) {
        this.records = records;
        this.ports = new TreeMap<>(ports);
    }

    /** Returns the problems of a domain with their remedies, in sentences for an admin; empty if there are none. */
    public List<String> problems(String domain) {
        var found = new ArrayList<String>();
        try {
            String name = IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED);
            for (Service service : SERVICES) check(service, name, found);
        } catch (LookupException e) {
            found.add(e.getMessage());
        } catch (IllegalArgumentException e) {
            found.add("'" + domain + "' is not a valid name for DNS");
        }
        return List.copyOf(found);
    }

    private void check(Service service, String domain, List<String> found) throws LookupException {
        var here = ports.getOrDefault(service.name, Set.of());
        var srv = records.srv(service.name, domain);
        if (srv.isEmpty()) missing(service, domain, here, found);
        else for (SrvRecord record : srv) check(service, domain, record, here, found);
    }

    /**
     * Reports a service without records. Clients and servers then try the domain itself on the usual port (RFC 6120
     * §3.2.2); for direct TLS there is no such rule (XEP-0368).
     */
    private void missing(Service service, String domain, Set<Integer> here, List<String> found) throws LookupException {
        if (here.isEmpty() || service.direct && isFoundWithStartTls(service, domain)) return;
        if (service.direct)
            found.add("no record leads " + service.peers + " here: add " + record(service, domain, here));
        else if (records.addresses(domain).isEmpty())
            found.add(domain + " has no address, and no record leads " + service.peers
                    + " here: add an A or AAAA record, or " + record(service, domain, here));
        else if (!here.contains(service.port))
            found.add(service.peers + " will try port " + service.port + ", where this server does not listen: add "
                    + record(service, domain, here));
    }

    private boolean isFoundWithStartTls(Service direct, String domain) throws LookupException {
        var plain = SERVICES.stream().filter(s -> !s.direct && s.peers.equals(direct.peers)).findFirst().orElseThrow();
        var here = ports.getOrDefault(plain.name, Set.of());
        return !here.isEmpty() && (!records.srv(plain.name, domain).isEmpty() || here.contains(plain.port));
    }

    private void check(Service service, String domain, SrvRecord record, Set<Integer> here, List<String> found)
            throws LookupException {
        String owner = "_" + service.name + "._tcp." + domain;
        if (record.target().isEmpty()) {
            if (!here.isEmpty())
                found.add(owner + " says that there is no such service, but this server offers it: replace it by "
                        + record(service, domain, here));
        } else if (here.isEmpty()) found.add(owner + " leads " + service.peers + " to " + record.target() + ":"
                + record.port() + ", but this server does not listen for them: remove it");
        else {
            if (!here.contains(record.port()))
                found.add(owner + " leads to port " + record.port()
                        + ", where this server does not listen (unless a firewall or proxy forwards it): change it to "
                        + record(service, domain, here));
            if (records.addresses(record.target()).isEmpty()) found.add(owner + " leads to " + record.target()
                    + ", which has no address: add an A or AAAA record for that");
        }
    }

    private static String record(Service service, String domain, Set<Integer> here) {
        int port = here.contains(service.port) ? service.port : here.iterator().next();
        return "\"_" + service.name + "._tcp." + domain + ". 3600 IN SRV 0 5 " + port + " " + domain + ".\"";
    }
}
