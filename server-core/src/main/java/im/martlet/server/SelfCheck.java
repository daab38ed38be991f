package im.martlet.server;

import im.martlet.config.HostPort;
import im.martlet.config.Settings;
import im.martlet.dns.DnsSelfCheck;
import im.martlet.dns.LookupException;
import im.martlet.dns.ServerEndpoint;
import im.martlet.dns.ServerLookup;
import im.martlet.federation.CertificateNames;
import im.martlet.federation.CertificateTrust;
import im.martlet.net.HostCertificate;
import im.martlet.net.HostCertificates;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a server that starts looks to others: whether DNS leads to it, where other servers would connect, and whether its
 * certificates are for its domains, are believed, and last. What is wrong with that keeps nobody from starting it.
 * Blocks.
 */
final class SelfCheck {
    private static final Duration SOON = Duration.ofDays(21);

    private final DnsSelfCheck dns;
    private final ServerLookup lookup;
    private final HostCertificates certificates;
    private final CertificateTrust trust;
    private final Instant now;

    /**
     * @param lookup as others would look for the hosts
     * @param trust that others are thought to have
     */
    SelfCheck(DnsSelfCheck dns, ServerLookup lookup, HostCertificates certificates, CertificateTrust trust,
            Instant now) {
        this.dns = dns;
        this.lookup = lookup;
        this.certificates = certificates;
        this.trust = trust;
        this.now = now;
    }

    /** Where is listened, for {@link DnsSelfCheck}. @param federated whether other servers are to find this one */
    static Map<String, Set<Integer>> ports(Settings.Listen listen, boolean federated) {
        return Map.of("xmpp-client", ports(listen.client()), "xmpps-client", ports(listen.clientTls()),
                "xmpp-server", federated ? ports(listen.server()) : Set.of(), "xmpps-server",
                federated ? ports(listen.serverTls()) : Set.of());
    }

    private static Set<Integer> ports(List<HostPort> addresses) {
        return addresses.stream().map(HostPort::port).collect(Collectors.toSet());
    }

    /**
     * One line for each thing that there is to say, in English.
     *
     * @param hosts in order
     * @param federated whether other servers are to find this one
     * @param services first labels of the domains below each host
     */
    List<String> report(Set<String> hosts, boolean federated, List<String> services) {
        var lines = new ArrayList<String>();
        for (String host : hosts) {
            if (isPrivate(host)) lines.add(host + ": a name for this machine only; DNS is not asked");
            else {
                var problems = new ArrayList<>(dns.problems(host));
                boolean explained = !problems.isEmpty();
                var below = federated ? services.stream().map(label -> label + "." + host).toList() : List.<String>of();
                certificates.of(host).ifPresent(shown -> certificate(host, below, shown, problems));
                if (problems.isEmpty()) lines.add(host + ": DNS leads here, and its certificate is good");
                problems.forEach(problem -> lines.add(host + ": " + problem));
                if (federated) place(host, explained).ifPresent(lines::add);
                below.forEach(domain -> place(domain, false).ifPresent(lines::add));
            }
        }
        return lines;
    }

    /** RFC 6761 §6.3, and addresses. */
    private static boolean isPrivate(String host) {
        return host.equals("localhost") || host.endsWith(".localhost") || host.startsWith("[")
                || host.matches("[\\d.]+");
    }

    private void certificate(String host, List<String> below, HostCertificate shown, List<String> problems) {
        trust.refusal(shown.chain(), host).ifPresent(why -> problems.add(why
                + ": clients will warn of it, and other servers use dialback or do not talk to this one; get one from an authority"));
        var left = Duration.between(now, shown.expires());
        if (left.compareTo(SOON) < 0)
            problems.add("the certificate expires in " + left.toDays() + " days, on " + shown.expires() + ": renew it");
        var unnamed = below.stream().filter(domain -> !CertificateNames.name(shown.certificate(), domain)).toList();
        if (!unnamed.isEmpty()) problems.add("the certificate does not name " + String.join(", ", unnamed)
                + ", which other servers need: *." + host + " would do");
    }

    /** Where other servers look for a domain. @param explained whether it was said already why they cannot find it */
    private Optional<String> place(String domain, boolean explained) {
        try {
            var found = new ArrayList<String>();
            for (ServerEndpoint endpoint : lookup.find(domain)) found.add(endpoint + " "
                    + lookup.addresses(domain, endpoint).stream().map(InetAddress::getHostAddress).toList());
            return Optional.of(domain + ": other servers connect to " + String.join(", then ", found));
        } catch (LookupException e) {
            return explained ? Optional.empty() : Optional.of(domain + ": other servers cannot find it: "
                    + e.getMessage() + "; it needs an address, or records _xmpp-server._tcp." + domain + " SRV");
        }
    }
}
