package im.martlet.federation;

import im.martlet.routing.PeerStanzas;
import im.martlet.stream.StreamLimits.Phase;
import im.martlet.xml.ElementParser;
import im.martlet.xml.XmlLimits;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all streams between servers share.
 *
 * @param current settings, which may change
 * @param verifications of dialback keys that others show
 * @param open all that are open
 * @param alive told of answers to our questions whether somebody is there
 */
record ServerStreams(Supplier<FederationSettings> current, FederationPolicy policy, CertificateTrustCache trust,
        DialbackKeys keys, PeerStanzas inbound, DialbackVerifications verifications, OpenServerStreams open,
        ElementParser parser, Consumer<DomainPair> alive) {
    private static final int MOST_BEFORE = 64 * 1024;
    private static final long OUTBOUND = 16 << 20;

    FederationSettings settings() { return current.get(); }

    /** Bounds until a peer is known. */
    Phase before() {
        return new Phase(new XmlLimits(10_000, 16, 32), 64 * 1024, 2 * MOST_BEFORE, MOST_BEFORE);
    }

    Phase after() { return new Phase(new XmlLimits(settings().stanza().toInt(), 64, 128), 0, 0, OUTBOUND); }
}
