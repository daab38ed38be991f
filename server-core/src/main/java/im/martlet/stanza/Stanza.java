package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message, a presence or an iq. Sealed: a switch over a stanza that forgets a case does not compile. */
public sealed interface Stanza permits Message, Presence, Iq {
    String CLIENT = Namespaces.CLIENT;

    /** Returns the sender. The server stamps it, so it cannot be forged. */
    Jid from();

    /** Returns the recipient; null only in a presence for all subscribers (RFC 6121 §4.2). */
    @Nullable Jid to();

    /** Returns the id that the sender chose, empty if there is none. */
    String id();

    /** Returns the {@code xml:lang} of the stanza, empty if it has none. */
    String lang();

    Payload payload();

    /** Returns the value of the {@code type} attribute on the wire, empty if the attribute is left out. */
    String wireType();

    /** Returns the name of the element: {@code message}, {@code presence} or {@code iq}. */
    String name();

    /**
     * Returns true for a stanza of type {@code error}. The server must never answer it with another error (RFC 6120
     * §8.3.1).
     */
    boolean isError();

    /** Returns the same stanza for another recipient. */
    Stanza withTo(Jid to);

    /** Returns the error stanza that answers this stanza; empty if an error must not answer it. */
    Optional<Stanza> error(StanzaError error);

    default Optional<Element> child(String namespace, String name) { return payload().child(namespace, name); }

    default boolean has(String namespace, String name) { return payload().has(namespace, name); }

    /** Returns the stanza as an element, to be forwarded inside another stanza. */
    default Element toElement() {
        var e = Element.of(CLIENT, name()).with("from", from());
        if (to() instanceof Jid to) e = e.with("to", to);
        if (!id().isEmpty()) e = e.with("id", id());
        if (!wireType().isEmpty()) e = e.with("type", wireType());
        if (!lang().isEmpty()) e = e.with(Element.XML_LANG, lang());
        return e.with(payload().elements());
    }
}
