package im.martlet.extensions.disco;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.spec.Xep;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * XEP-0115: adds a hash of the server's features to the features of every stream, so that a client need not ask for
 * them again. {@link ClientCaps} finds out the features of clients.
 */
@Xep(number = 115, title = "Entity Capabilities", version = "1.6.0")
public final class ServerCaps implements Extension, StreamFeature {
    static final String NODE = "https://martlet.im/server";
    private static final String NS = "http://jabber.org/protocol/caps";

    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension first
    private final ConcurrentHashMap<String, CachedCaps> byHost = new ConcurrentHashMap<>(); // by configured host

    /** A hash with the forms that went into it: only forms change while the server runs. */
    private record CachedCaps(List<Element> forms, Element caps) {}

    @Inject ServerCaps(Provider<Kernel> kernel) { this.kernel = kernel; }

    @Override public List<Hook> hooks() { return List.of(Hook.feature(NS), Hook.streamFeature(this)); }

    @Override public List<Element> offer(StreamState state) {
        if (!state.isAuthenticated()) return List.of();
        var forms = kernel.get().declared(Hook.To.SERVER).forms(state.host());
        return List
                .of(byHost.compute(state.host(), (host, cached) -> cached != null && cached.forms.equals(forms) ? cached
                        : new CachedCaps(forms, caps(host))).caps);
    }

    private Element caps(String host) {
        return Element.of(NS, "c").with("hash", "sha-1").with("node", NODE).with("ver",
                verification(DiscoInfo.ofHost(kernel.get(), host)));
    }

    static String verification(List<Element> info) { return CapsHash.hash("sha-1", info); }
}
