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
 * What domains say of the certificates of their servers, in DNS and signed (RFC 7673): SRV records first, then TLSA
 * records of the places that they name. All signatures are checked here, from the keys of the root down; what is not
 * signed counts for nothing. Any thread; blocks.
 */
public final class DnssecRecords {
    private static final int MOST_TARGETS = 4;
    private static final int PORT = 5269;
    private static final List<String> SERVICES = List.of("_xmpp-server._tcp.", "_xmpps-server._tcp.");

    private record Place(String host, int port) {}

    private final ValidatingResolver resolver;

    /**
     * @param servers to ask; none for those of the system
     * @param anchors DS or DNSKEY records of the zones that are believed without a signature, as a zone file
     * @param patience for one question
     */
    public DnssecRecords(List<InetSocketAddress> servers, InputStream anchors, Duration patience) throws IOException {
        var plain = servers.isEmpty() ? new ExtendedResolver()
                : new ExtendedResolver(servers.stream().<Resolver>map(SimpleResolver::new).toList());
        plain.setRetries(1);
        resolver = new ValidatingResolver(plain);
        resolver.setTimeout(patience);
        resolver.loadTrustAnchors(anchors);
    }

    /** The keys of the root, as IANA publishes them. */
    public static InputStream root() {
        return java.util.Objects.requireNonNull(DnssecRecords.class.getResourceAsStream("root.ds"));
    }

    /** What a domain, prepared, says of its servers' certificates; none when it says nothing, or unsigned. */
    public List<TlsaRecord> of(String domain) {
        try {
            var ascii = IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED);
            var all = new ArrayList<TlsaRecord>();
            for (Place place : places(ascii)) all.addAll(at(place));
            return all;
        } catch (IOException | IllegalArgumentException unknown) {
            return List.of();
        }
    }

    private List<Place> places(String domain) throws IOException {
        var places = new ArrayList<Place>();
        for (String service : SERVICES) for (Record r : ask(service + domain, Type.SRV).orElse(List.of()))
            if (r instanceof SRVRecord srv && !srv.getTarget().equals(Name.root))
                places.add(new Place(srv.getTarget().toString(true), srv.getPort()));
        if (places.isEmpty()) places.add(new Place(domain, PORT));
        return places.stream().distinct().limit(MOST_TARGETS).toList();
    }

    private List<TlsaRecord> at(Place place) throws IOException {
        return ask("_" + place.port + "._tcp." + place.host, Type.TLSA).orElse(List.of()).stream()
                .filter(TLSARecord.class::isInstance).map(TLSARecord.class::cast)
                .map(r -> new TlsaRecord(r.getCertificateUsage(), r.getSelector(), r.getMatchingType(),
                        r.getCertificateAssociationData(), place.host))
                .toList();
    }

    /** Records that are signed all the way down; nothing when they are not. */
    private Optional<List<Record>> ask(String name, int type) throws IOException {
        var answer =
                resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN)));
        if (!answer.getHeader().getFlag(Flags.AD) || answer.getRcode() != Rcode.NOERROR) return Optional.empty();
        return Optional.of(answer.getSection(Section.ANSWER).stream().filter(r -> r.getType() == type).toList());
    }
}
