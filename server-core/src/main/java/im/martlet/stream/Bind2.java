package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.auth.InstallationKey;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.negotiation.SessionPort;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamState;
import im.martlet.spec.Xep;
import im.martlet.stanza.RandomIds;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** XEP-0386: a session is begun together with the login, and what is to be enabled in it is from its first moment. */
@Xep(number = 386, title = "Bind 2", version = "1.1.0")
public final class Bind2 implements Extension {
    private static final String NS = "urn:xmpp:bind:0";
    private static final int RESOURCE_LETTERS = 12; // 72 bits

    private final Provider<Kernel> kernel; // which lists this extension too
    private final InstallationKey key;

    @Inject Bind2(Provider<Kernel> kernel, InstallationKey key) {
        this.kernel = kernel;
        this.key = key;
    }

    /** It is negotiated with XEP-0388, and not for itself. */
    @Override public List<Hook> hooks() { return List.of(); }

    /** §3.1. */
    Element inline() {
        var features = kernel.get().bind2Namespaces().stream()
                .map(namespace -> Element.of(NS, "feature").with("var", namespace)).toList();
        return Element.of(NS, "bind").with(Element.of(NS, "inline").with(features));
    }

    /** The session that is asked for with a login; empty when none is. */
    Optional<Step.NewSession> session(Element authenticate, StreamState state) {
        return authenticate.child(NS, "bind").map(bind -> {
            var features = bind.children().stream().filter(e -> !e.namespace().equals(NS)).toList();
            var resource =
                    resource(state.user().orElseThrow(), state.client(), bind.childText("tag").orElse("").strip());
            return new Step.NewSession(new SessionPort.Wanted(Optional.of(resource), true, features),
                    said -> Element.of(NS, "bound").with(said));
        });
    }

    /**
     * §3.2.1: with the client's tag, if that can be in a resource. A client that has an id is given the same resource
     * each time, which says nothing of that id.
     */
    private String resource(Jid user, Client client, String tag) {
        var own = client.id().isEmpty() ? RandomIds.next()
                : Base64.getUrlEncoder().encodeToString(key.derive("resource", user, client.id(), tag));
        own = own.substring(0, RESOURCE_LETTERS);
        if (tag.isEmpty()) return own;
        try {
            return user.withResource(tag + "/" + own).resource();
        } catch (JidException notInAResource) {
            return own;
        }
    }
}
