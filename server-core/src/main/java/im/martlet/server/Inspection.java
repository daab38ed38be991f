package im.martlet.server;

import im.martlet.config.HostPort;
import im.martlet.config.Settings;
import im.martlet.dns.OwnRecords;
import im.martlet.dns.Records;
import im.martlet.federation.CertificateNames;
import im.martlet.net.HostCertificate;
import im.martlet.net.HostCertificates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a server that starts looks to others: whether DNS leads to it, and whether its certificates are for its hosts and last. What
 * is wrong with that keeps nobody from starting it.
 */
final class Inspection {
    private static final Duration SOON = Duration.ofDays(21);

    private final OwnRecords dns;
    private final HostCertificates certificates;
    private final Instant now;

    /** @param federated whether other servers are to find this one */
    Inspection(Settings.Listen listen, boolean federated, Records records, HostCertificates certificates, Instant now) {
        this.dns = new OwnRecords(records, Map.of("xmpp-client", ports(listen.client()), "xmpps-client", ports(listen.clientTls()),
                "xmpp-server", federated ? ports(listen.server()) : Set.of(), "xmpps-server", federated ? ports(listen.serverTls()) : Set.of()));
        this.certificates = certificates;
        this.now = now;
    }

    private static Set<Integer> ports(List<HostPort> addresses) { return addresses.stream().map(HostPort::port).collect(Collectors.toSet()); }

    /** One line for each problem, or one that says that there is none, for each host. */
    List<String> report(Set<String> hosts) {
        var lines = new ArrayList<String>();
        for (String host : hosts) {
            if (isPrivate(host)) {
                lines.add(host + ": a name for this machine only; DNS is not asked");
                continue;
            }
            var problems = new ArrayList<>(dns.problems(host));
            certificates.of(host).ifPresent(c -> problems.addAll(problems(host, c)));
            if (problems.isEmpty()) lines.add(host + ": DNS leads here, and the certificate is for it");
            problems.forEach(p -> lines.add(host + ": " + p));
        }
        return lines;
    }

    /** RFC 6761 §6.3, and addresses. */
    private static boolean isPrivate(String host) {
        return host.equals("localhost") || host.endsWith(".localhost") || host.startsWith("[") || host.matches("[\\d.]+");
    }

    private List<String> problems(String host, HostCertificate certificate) {
        var found = new ArrayList<String>();
        var own = certificate.certificate();
        if (own.getSubjectX500Principal().equals(own.getIssuerX500Principal()))
            found.add("the certificate is self-signed: clients will warn of it, and many servers will not talk to this one; get one from an authority");
        if (!CertificateNames.name(own, host)) found.add("the certificate does not name " + host + ": get one with it among its alternative names");
        expiry(certificate).ifPresent(found::add);
        return found;
    }

    private Optional<String> expiry(HostCertificate certificate) {
        var left = Duration.between(now, certificate.expires());
        return left.compareTo(SOON) > 0 ? Optional.empty() : Optional.of("the certificate expires in " + left.toDays() + " days, on " + certificate.expires() + ": renew it");
    }
}
