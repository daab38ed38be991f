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

/** XEP-0386: binds a resource together with the login. The features that the client requests work from the start. */
@Xep(number = 386, title = "Bind 2", version = "1.1.0")
public final class Bind2 implements Extension {
    private static final String NS = "urn:xmpp:bind:0";
    private static final int RESOURCE_LENGTH = 12; // characters of Base64: 72 bits

    private final Provider<Kernel> kernel; // a provider, because the kernel lists this extension too
    private final InstallationKey key;

    @Inject Bind2(Provider<Kernel> kernel, InstallationKey key) {
        this.kernel = kernel;
        this.key = key;
    }

    /** Has no hooks, because it is negotiated as a part of XEP-0388. */
    @Override public List<Hook> hooks() {
        return List.of();
    }

    /** Returns the element that offers Bind 2 (§3.1). */
    Element inline() {
        var features = kernel.get().bind2Namespaces().stream()
                .map(namespace -> Element.of(NS, "feature").with("var", namespace)).toList();
        return Element.of(NS, "bind").with(Element.of(NS, "inline").with(features));
    }

    /** Returns the session that the client requests with its login; empty if it requests none. */
    Optional<Step.NewSession> session(Element authenticate, StreamState state) {
        return authenticate.child(NS, "bind").map(bind -> {
            var features = bind.children().stream().filter(e -> !e.namespace().equals(NS)).toList();
            var resource =
                    resource(state.user().orElseThrow(), state.client(), bind.childText("tag").orElse("").strip());
            return new Step.NewSession(new SessionPort.BindRequest(Optional.of(resource), true, features),
                    replies -> Element.of(NS, "bound").with(replies));
        });
    }

    /**
     * Returns the resource (§3.2.1). It begins with the client's tag if a resource can contain that. A client with an
     * id gets the same resource each time, and the resource does not reveal the id.
     */
    private String resource(Jid user, Client client, String tag) {
        var unique = client.id().isEmpty() ? RandomIds.next()
                : Base64.getUrlEncoder().encodeToString(key.derive("resource", user, client.id(), tag));
        unique = unique.substring(0, RESOURCE_LENGTH);
        if (tag.isEmpty()) return unique;
        try {
            return user.withResource(tag + "/" + unique).resource();
        } catch (JidException notAResource) {
            return unique;
        }
    }
}
