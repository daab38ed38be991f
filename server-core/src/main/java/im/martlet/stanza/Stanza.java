package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The three things XMPP carries. Sealed: a switch over a stanza that forgets a case does not compile. */
public sealed interface Stanza permits Message, Presence, Iq {
    String CLIENT = Namespaces.CLIENT;

    /** Who sent it. The server stamps it, so it can be believed. */
    Jid from();

    /** Whom it is for; null only in a presence for everyone who is subscribed (RFC 6121 §4.2). */
    @Nullable Jid to();

    /** The id its sender gave it, empty when it has none. */
    String id();

    /** The {@code xml:lang} of the stanza, empty when it has none. */
    String lang();

    Payload payload();

    /** The value of the {@code type} attribute on the wire, empty when it is left out. */
    String wireType();

    /** {@code message}, {@code presence} or {@code iq}. */
    String name();

    /** True for a stanza of type {@code error}, which must never be answered with another error (RFC 6120 §8.3.1). */
    boolean isError();

    /** The same stanza for another recipient. */
    Stanza withTo(Jid to);

    /** The error that answers this stanza; empty when it may not be answered with one. */
    Optional<Stanza> error(StanzaError error);

    default Optional<Element> child(String namespace, String name) { return payload().child(namespace, name); }

    default boolean has(String namespace, String name) { return payload().has(namespace, name); }

    /** The stanza as an element, for forwarding inside another one. */
    default Element toElement() {
        var e = Element.of(CLIENT, name()).with("from", from());
        if (to() instanceof Jid to) e = e.with("to", to);
        if (!id().isEmpty()) e = e.with("id", id());
        if (!wireType().isEmpty()) e = e.with("type", wireType());
        if (!lang().isEmpty()) e = e.with(Element.XML_LANG, lang());
        return e.with(payload().elements());
    }
}
