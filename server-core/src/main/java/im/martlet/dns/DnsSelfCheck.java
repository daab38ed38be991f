package im.martlet.dns;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whether DNS leads to a server of one's own: what others would find, held against where it listens. Blocks. */
public final class DnsSelfCheck {
    /** A kind of record, and who finds a server by it. */
    private record Service(String name, String whose, int port, boolean direct) {}

    private static final List<Service> SERVICES = List.of(new Service("xmpp-client", "clients", 5222, false),
            new Service("xmpps-client", "clients", 5223, true),
            new Service("xmpp-server", "other servers", 5269, false),
            new Service("xmpps-server", "other servers", 5270, true));

    private final DnsResolver records;
    private final Map<String, Set<Integer>> ports;

    /**
     * @param ports where is listened for each service, such as {@code xmpps-client} (XEP-0368); services that are
     * missing are not on offer
     */
    public DnsSelfCheck(DnsResolver records, Map<String, Set<Integer>> ports) {
        this.records = records;
        this.ports = new TreeMap<>(ports);
    }

    /** What is wrong, and what to do about it, in sentences for an admin; empty when everything leads here. */
    public List<String> problems(String domain) {
        var found = new ArrayList<String>();
        try {
            String name = IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED);
            for (Service service : SERVICES) check(service, name, found);
        } catch (LookupException e) {
            found.add(e.getMessage());
        } catch (IllegalArgumentException e) {
            found.add("'" + domain + "' is no name that DNS could know");
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
     * Without records, RFC 6120 §3.2.2 has others try the domain itself, on the usual port; XEP-0368 has nothing like
     * that.
     */
    private void missing(Service service, String domain, Set<Integer> here, List<String> found) throws LookupException {
        if (here.isEmpty() || service.direct && isFoundOtherwise(service, domain)) return;
        if (service.direct)
            found.add("no record leads " + service.whose + " here: add " + record(service, domain, here));
        else if (records.addresses(domain).isEmpty())
            found.add(domain + " has no address, and no record leads " + service.whose
                    + " here: add an A or AAAA record, or " + record(service, domain, here));
        else if (!here.contains(service.port))
            found.add(service.whose + " will try port " + service.port + ", where nobody listens: add "
                    + record(service, domain, here));
    }

    private boolean isFoundOtherwise(Service direct, String domain) throws LookupException {
        var plain = SERVICES.stream().filter(s -> !s.direct && s.whose.equals(direct.whose)).findFirst().orElseThrow();
        var here = ports.getOrDefault(plain.name, Set.of());
        return !here.isEmpty() && (!records.srv(plain.name, domain).isEmpty() || here.contains(plain.port));
    }

    private void check(Service service, String domain, SrvRecord record, Set<Integer> here, List<String> found)
            throws LookupException {
        String owner = "_" + service.name + "._tcp." + domain;
        if (record.target().isEmpty()) {
            if (!here.isEmpty()) found.add(owner + " says that there is no such service, but there is: replace it by "
                    + record(service, domain, here));
        } else if (here.isEmpty()) found.add(owner + " leads " + service.whose + " to " + record.target() + ":"
                + record.port() + ", but nothing listens for them: remove it");
        else {
            if (!here.contains(record.port()))
                found.add(owner + " leads to port " + record.port()
                        + ", where nobody listens (unless something forwards it): change it to "
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
