package im.martlet.dns;

import java.io.IOException;
import java.io.InputStream;
import java.net.IDN;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * Reads the signed TLSA records about the certificates of a domain's servers (RFC 7673). First reads the SRV records of
 * the domain, then the TLSA records of the endpoints that they name. All signatures are checked here, from the keys of
 * the root down; unsigned records are ignored. Any thread; blocks.
 */
public final class DnssecRecords {
    private static final int MOST_TARGETS = 4;
    private static final int PORT = 5269;
    private static final List<String> SERVICES = List.of("_xmpp-server._tcp.", "_xmpps-server._tcp.");

    private record Target(String host, int port) {}

    private final ValidatingResolver resolver;

    /**
     * @param servers name servers; an empty list stands for those of the system
     * @param anchors zone file with DS or DNSKEY records of the zones that are trusted without a signature
     * @param patience longest time for one question
     */
    public DnssecRecords(List<InetSocketAddress> servers, InputStream anchors, Duration patience) throws IOException {
        var plain = servers.isEmpty() ? new ExtendedResolver()
                : new ExtendedResolver(servers.stream().<Resolver>map(SimpleResolver::new).toList());
        plain.setRetries(1);
        resolver = new ValidatingResolver(plain);
        resolver.setTimeout(patience);
        resolver.loadTrustAnchors(anchors);
    }

    /** Returns the keys of the root as IANA publishes them, as a zone file. */
    public static InputStream root() {
        return java.util.Objects.requireNonNull(DnssecRecords.class.getResourceAsStream("root.ds"));
    }

    /** Returns the signed records about the servers of a domain, prepared; an empty list if there are none. */
    public List<TlsaRecord> of(String domain) {
        try {
            var ascii = IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED);
            var all = new ArrayList<TlsaRecord>();
            for (Target target : targets(ascii)) all.addAll(at(target));
            return all;
        } catch (IOException | IllegalArgumentException unreadable) {
            return List.of();
        }
    }

    private List<Target> targets(String domain) throws IOException {
        var targets = new ArrayList<Target>();
        for (String service : SERVICES) for (Record r : ask(service + domain, Type.SRV).orElse(List.of()))
            if (r instanceof SRVRecord srv && !srv.getTarget().equals(Name.root))
                targets.add(new Target(srv.getTarget().toString(true), srv.getPort()));
        if (targets.isEmpty()) targets.add(new Target(domain, PORT));
        return targets.stream().distinct().limit(MOST_TARGETS).toList();
    }

    private List<TlsaRecord> at(Target target) throws IOException {
        return ask("_" + target.port + "._tcp." + target.host, Type.TLSA).orElse(List.of()).stream()
                .filter(TLSARecord.class::isInstance).map(TLSARecord.class::cast)
                .map(r -> new TlsaRecord(r.getCertificateUsage(), r.getSelector(), r.getMatchingType(),
                        r.getCertificateAssociationData(), target.host))
                .toList();
    }

    /** Returns records that are signed from the root down; empty if they are not. */
    private Optional<List<Record>> ask(String name, int type) throws IOException {
        var answer =
                resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN)));
        if (!answer.getHeader().getFlag(Flags.AD) || answer.getRcode() != Rcode.NOERROR) return Optional.empty();
        return Optional.of(answer.getSection(Section.ANSWER).stream().filter(r -> r.getType() == type).toList());
    }
}
