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
 * Checks how the server looks from outside. Checks whether DNS leads to it, where other servers would connect, and
 * whether its certificates are valid for its domains, trusted, and not about to expire. Problems are reported and do
 * not prevent a start. Blocks.
 */
final class SelfCheck {
    private static final Duration SOON = Duration.ofDays(21);

    private final DnsSelfCheck dns;
    private final ServerLookup lookup;
    private final HostCertificates certificates;
    private final CertificateTrust trust;
    private final Instant now;

    /**
     * @param lookup finds the hosts in the same way as other servers
     * @param trust the authorities that other servers are assumed to trust
     */
    SelfCheck(DnsSelfCheck dns, ServerLookup lookup, HostCertificates certificates, CertificateTrust trust,
            Instant now) {
        this.dns = dns;
        this.lookup = lookup;
        this.certificates = certificates;
        this.trust = trust;
        this.now = now;
    }

    /**
     * Returns the ports for {@link DnsSelfCheck}, by DNS service.
     *
     * @param federated whether other servers need to find this one
     */
    static Map<String, Set<Integer>> ports(Settings.Listen listen, boolean federated) {
        return Map.of("xmpp-client", ports(listen.client()), "xmpps-client", ports(listen.clientTls()),
                "xmpp-server", federated ? ports(listen.server()) : Set.of(), "xmpps-server",
                federated ? ports(listen.serverTls()) : Set.of());
    }

    private static Set<Integer> ports(List<HostPort> addresses) {
        return addresses.stream().map(HostPort::port).collect(Collectors.toSet());
    }

    /**
     * Returns the results, one line each, in English.
     *
     * @param federated whether other servers need to find this one
     * @param services the first labels of the domains below each host
     */
    List<String> report(Set<String> hosts, boolean federated, List<String> services) {
        var lines = new ArrayList<String>();
        for (String host : hosts) {
            if (isPrivate(host)) lines.add(host + ": this name is for this machine only, so DNS was not checked");
            else {
                var problems = new ArrayList<>(dns.problems(host));
                boolean isExplained = !problems.isEmpty();
                var subdomains =
                        federated ? services.stream().map(label -> label + "." + host).toList() : List.<String>of();
                certificates.of(host).ifPresent(c -> checkCertificate(host, subdomains, c, problems));
                if (problems.isEmpty()) lines.add(host + ": DNS leads here, and its certificate is good");
                problems.forEach(problem -> lines.add(host + ": " + problem));
                if (federated) endpoints(host, isExplained).ifPresent(lines::add);
                subdomains.forEach(domain -> endpoints(domain, false).ifPresent(lines::add));
            }
        }
        return lines;
    }

    /** Returns whether the host is a name of this machine (RFC 6761 §6.3) or an IP address. */
    private static boolean isPrivate(String host) {
        return host.equals("localhost") || host.endsWith(".localhost") || host.startsWith("[")
                || host.matches("[\\d.]+");
    }

    private void checkCertificate(String host, List<String> subdomains, HostCertificate certificate,
            List<String> problems) {
        trust.refusal(certificate.chain(), host).ifPresent(reason -> problems.add(reason
                + ": clients will warn their users, and other servers will use dialback or refuse to connect;"
                + " get a certificate from an authority"));
        var left = Duration.between(now, certificate.expires());
        if (left.compareTo(SOON) < 0) problems.add(
                "the certificate expires in " + left.toDays() + " days, on " + certificate.expires() + ": renew it");
        var unnamed = subdomains.stream().filter(domain -> !CertificateNames.name(certificate.certificate(), domain))
                .toList();
        if (!unnamed.isEmpty()) problems.add("the certificate does not name " + String.join(", ", unnamed)
                + ", but other servers need these names: get one that also names *." + host);
    }

    /**
     * Returns a line with the endpoints that other servers find for a domain.
     *
     * @param isExplained whether a line already explains why they cannot find it
     */
    private Optional<String> endpoints(String domain, boolean isExplained) {
        try {
            var found = new ArrayList<String>();
            for (ServerEndpoint endpoint : lookup.find(domain)) found.add(endpoint + " "
                    + lookup.addresses(domain, endpoint).stream().map(InetAddress::getHostAddress).toList());
            return Optional.of(domain + ": other servers connect to " + String.join(", then ", found));
        } catch (LookupException e) {
            return isExplained ? Optional.empty() : Optional.of(domain + ": other servers cannot find it: "
                    + e.getMessage() + "; add an address to DNS, or records _xmpp-server._tcp." + domain + " SRV");
        }
    }
}
