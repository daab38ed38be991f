package im.martlet.federation;

import im.martlet.dns.Endpoint;
import im.martlet.dns.LookupException;
import im.martlet.dns.ServerLookup;
import im.martlet.net.HostCertificates;
import im.martlet.routing.Hosts;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How the hosts look to other servers: where DNS says they are, and whether their certificates are believed. Blocks. */
public final class Outlook {
    private final Hosts hosts;
    private final ServerLookup lookup;
    private final ServerStreams kind;

    @Inject Outlook(Hosts hosts, ServerLookup lookup, ServerStreams kind) {
        this.hosts = hosts;
        this.lookup = lookup;
        this.kind = kind;
    }

    /**
     * One line for each thing that there is to say, in English.
     *
     * @param certificates that are shown
     * @param services first labels of domains below each host
     */
    public List<String> notes(HostCertificates certificates, List<String> services) {
        return hosts.names().stream().filter(host -> !host.equals("localhost")).flatMap(host -> notes(host, certificates, services)).toList();
    }

    private Stream<String> notes(String host, HostCertificates certificates, List<String> services) {
        var notes = new ArrayList<String>();
        certificates.of(host).ifPresent(shown -> {
            var refusal = kind.trust().refusal(shown.chain(), host);
            notes.add(refusal.map(why -> host + ": other servers that trust as this one does will not believe its certificate (" + why + "); with them there is dialback, or nothing")
                    .orElse(host + ": its certificate is good, until " + shown.expires()));
            var unnamed = services.stream().map(label -> label + "." + host).filter(domain -> !CertificateNames.name(shown.certificate(), domain)).toList();
            if (refusal.isEmpty() && !unnamed.isEmpty()) notes.add(host + ": its certificate does not name " + String.join(", ", unnamed) + "; *." + host + " would do");
        });
        Stream.concat(Stream.of(host), services.stream().map(label -> label + "." + host)).forEach(domain -> notes.add(domain + ": " + place(domain)));
        return notes.stream();
    }

    private String place(String domain) {
        try {
            var found = new ArrayList<String>();
            for (Endpoint endpoint : lookup.find(domain)) found.add(endpoint + " " + lookup.addresses(domain, endpoint).stream().map(InetAddress::getHostAddress).toList());
            return "other servers connect to " + String.join(", then ", found);
        } catch (LookupException e) {
            return "other servers cannot find it: " + e.getMessage() + "; it needs an address, or records _xmpp-server._tcp." + domain + " SRV";
        }
    }
}
