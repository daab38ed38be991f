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

/** XEP-0352: while nobody looks at a client, presence and who is typing wait, the last of each; messages never do. */
@Xep(number = 352, title = "Client State Indication", version = "1.0.0")
public final class ClientState implements Extension, StreamFeature {
    private static final String NS = "urn:xmpp:csi:0";

    @Override public List<Hook> hooks() {
        return List.of(Hook.streamFeature(this), Hook.onNonStanzaElement(NS, ClientState::hear),
                Hook.bind2Request(NS, ClientState::begin));
    }

    @Override public List<Element> offer(StreamState state) {
        return state.isAuthenticated() ? List.of(Element.of(NS, "csi")) : List.of();
    }

    /** XEP-0386 §3.2.1: the session begins in that state. */
    private static Optional<Element> begin(Session session, Element word) {
        hear(session, word);
        return Optional.empty();
    }

    private static void hear(Session session, Element word) {
        switch (word.name()) {
            case "active" -> session.deferNothing();
            case "inactive" -> session.defer(ClientState::topic);
            default -> {} // §4: there is no reply to anything
        }
    }

    private static Optional<Object> topic(Stanza stanza) {
        return UnackedStanza.presence(stanza).or(() -> stanza instanceof Message m && m.log() == 0
                ? copied(m).or(() -> typing(m.payload().elements(), List.of(m.type(), m.from()))) : Optional.empty());
    }

    /** XEP-0280: who types on another device of the account, or to one. */
    private static Optional<Object> copied(Message m) {
        return m.payload().elements().stream().filter(e -> e.namespace().equals(Namespaces.CARBONS)).findFirst()
                .flatMap(copy -> copy.child(Namespaces.FORWARD, "forwarded")
                        .flatMap(forwarded -> forwarded.child(Stanza.CLIENT, "message"))
                        .flatMap(original -> typing(original.children(),
                                List.of(copy.name(), original.attribute("from"), original.attribute("to")))));
    }

    /** What a message is about that says who is typing, and nothing else. */
    private static Optional<Object> typing(List<Element> payload, Object conversation) {
        return MessageContent.isOnlyChatState(payload) ? Optional.of(conversation) : Optional.empty();
    }
}
