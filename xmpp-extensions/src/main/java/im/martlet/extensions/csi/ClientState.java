package im.martlet.extensions.csi;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.session.Session;
import im.martlet.session.UnackedStanza;
import im.martlet.spec.Xep;
import im.martlet.stanza.Message;
import im.martlet.stanza.MessageContent;
import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.List;
import java.util.Optional;

/**
 * XEP-0352: holds back presence and chat states for an inactive client, and keeps only the latest of each sender. Other
 * messages are never held back.
 */
@Xep(number = 352, title = "Client State Indication", version = "1.0.0")
public final class ClientState implements Extension, StreamFeature {
    private static final String NS = "urn:xmpp:csi:0";

    @Override public List<Hook> hooks() {
        return List.of(Hook.streamFeature(this), Hook.onNonStanzaElement(NS, ClientState::setState),
                Hook.bind2Request(NS, ClientState::bind));
    }

    @Override public List<Element> offer(StreamState state) {
        return state.isAuthenticated() ? List.of(Element.of(NS, "csi")) : List.of();
    }

    /** Sets the state of a session while it binds (XEP-0386 §3.2.1). */
    private static Optional<Element> bind(Session session, Element state) {
        setState(session, state);
        return Optional.empty();
    }

    private static void setState(Session session, Element state) {
        switch (state.name()) {
            case "active" -> session.deferNothing();
            case "inactive" -> session.defer(ClientState::topic);
            default -> {} // §4: the server never replies
        }
    }

    /**
     * Returns the topic of a stanza that may wait: a newer stanza of the same topic replaces it. Empty if it may not.
     */
    private static Optional<Object> topic(Stanza stanza) {
        return UnackedStanza.presence(stanza).or(() -> stanza instanceof Message m && m.log() == 0
                ? copied(m).or(() -> typing(m.payload().elements(), List.of(m.type(), m.from()))) : Optional.empty());
    }

    /** Returns the topic of a carbon (XEP-0280) with a chat state. */
    private static Optional<Object> copied(Message m) {
        return m.payload().elements().stream().filter(e -> e.namespace().equals(Namespaces.CARBONS)).findFirst()
                .flatMap(copy -> copy.child(Namespaces.FORWARD, "forwarded")
                        .flatMap(forwarded -> forwarded.child(Stanza.CLIENT, "message"))
                        .flatMap(original -> typing(original.children(),
                                List.of(copy.name(), original.attribute("from"), original.attribute("to")))));
    }

    /** Returns the conversation as the topic of a message with a chat state and nothing else. */
    private static Optional<Object> typing(List<Element> payload, Object conversation) {
        return MessageContent.isOnlyChatState(payload) ? Optional.of(conversation) : Optional.empty();
    }
}
