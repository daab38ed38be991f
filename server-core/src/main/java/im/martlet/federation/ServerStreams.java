package im.martlet.federation;

import im.martlet.routing.PeerStanzas;
import im.martlet.stream.StreamLimits.Phase;
import im.martlet.xml.ElementParser;
import im.martlet.xml.XmlLimits;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The parts that all streams with remote servers share.
 *
 * @param current current settings
 * @param policy rules for domains that may talk to each other
 * @param trust decides about certificates
 * @param keys dialback keys of this server
 * @param inbound handles the stanzas of remote servers
 * @param verifications verifications of dialback keys that remote servers show
 * @param open all open streams
 * @param parser parser of elements
 * @param alive gets the domains when a remote server answers a ping of a route
 */
record ServerStreams(Supplier<FederationSettings> current, FederationPolicy policy, CertificateTrustCache trust,
        DialbackKeys keys, PeerStanzas inbound, DialbackVerifications verifications, OpenServerStreams open,
        ElementParser parser, Consumer<DomainPair> alive) {
    private static final int MOST_BEFORE = 64 * 1024; // bytes
    private static final long OUTBOUND = 16 << 20; // bytes

    FederationSettings settings() { return current.get(); }

    /** Returns the bounds until a domain is verified. */
    Phase before() {
        return new Phase(new XmlLimits(10_000, 16, 32), 64 * 1024, 2 * MOST_BEFORE, MOST_BEFORE);
    }

    /** Returns the bounds for a verified stream. */
    Phase after() {
        return new Phase(new XmlLimits(settings().stanza().toInt(), 64, 128), 0, 0, OUTBOUND);
    }
}
