package im.martlet.server;

import im.martlet.config.Settings;
import im.martlet.net.AddressLimits;
import im.martlet.stream.StreamLimits;
import im.martlet.stream.StreamLimits.Phase;
import im.martlet.xml.XmlLimits;

/** From what the file says of limits to what each layer wants to know. */
final class Limits {
    private Limits() {}

    static StreamLimits of(Settings.Limits l) {
        var before = new Phase(
                new XmlLimits(l.stanzaBeforeLogin().toInt(), l.depthBeforeLogin(), l.attributesBeforeLogin()),
                l.rateBeforeLogin().bytes(), l.stanzaBeforeLogin().bytes() * 2, l.outboundBeforeLogin().bytes());
        var after = new Phase(new XmlLimits(l.stanza().toInt(), l.depth(), l.attributes()), l.rate().bytes(),
                l.burst().bytes(), l.outbound().bytes());
        return new StreamLimits(before, after, l.timeToLogin(), l.idle(), l.patience());
    }

    static AddressLimits.Bounds gate(Settings.Limits l) {
        return new AddressLimits.Bounds(l.waitingPerAddress(), l.connectionsPerMinute());
    }
}
