package im.martlet.server;

import im.martlet.config.Settings;
import im.martlet.net.AddressLimits;
import im.martlet.stream.StreamLimits;
import im.martlet.stream.StreamLimits.Phase;
import im.martlet.xml.XmlLimits;

/** Converts the section {@code [limits]} into the types of the packages that enforce the limits. */
final class SettingsConverter {
    private SettingsConverter() {}

    static StreamLimits streamLimits(Settings.Limits l) {
        var beforeLogin = new Phase(
                new XmlLimits(l.stanzaBeforeLogin().toInt(), l.depthBeforeLogin(), l.attributesBeforeLogin()),
                l.rateBeforeLogin().bytes(), l.stanzaBeforeLogin().bytes() * 2, l.outboundBeforeLogin().bytes());
        var afterLogin = new Phase(new XmlLimits(l.stanza().toInt(), l.depth(), l.attributes()), l.rate().bytes(),
                l.burst().bytes(), l.outbound().bytes());
        return new StreamLimits(beforeLogin, afterLogin, l.timeToLogin(), l.idle(), l.patience());
    }

    static AddressLimits.Bounds addressLimits(Settings.Limits l) {
        return new AddressLimits.Bounds(l.waitingPerAddress(), l.connectionsPerMinute());
    }
}
