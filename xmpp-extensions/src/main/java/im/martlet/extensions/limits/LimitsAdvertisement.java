package im.martlet.extensions.limits;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.spec.Xep;
import im.martlet.stream.StreamLimits;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;

/** XEP-0478: tells each client how large its stanzas may be and how long it may be silent. */
@Xep(number = 478, title = "Stream Limits Advertisement", version = "0.2.0")
public final class LimitsAdvertisement implements Extension, StreamFeature {
    private static final String NS = "urn:xmpp:stream-limits:0";

    private final Provider<StreamLimits> current;

    @Inject LimitsAdvertisement(Provider<StreamLimits> current) { this.current = current; }

    @Override public List<Hook> hooks() { return List.of(Hook.streamFeature(this)); }

    @Override public List<Element> offer(StreamState state) {
        var limits = current.get();
        var phase = state.isAuthenticated() ? limits.after() : limits.before();
        var idle = state.isAuthenticated() ? limits.idle() : limits.toAuthenticate();
        return List.of(
                Element.of(NS, "limits").with(Element.of(NS, "max-bytes").withText(String.valueOf(phase.xml().bytes())),
                        Element.of(NS, "idle-seconds").withText(String.valueOf(idle.toSeconds()))));
    }
}
