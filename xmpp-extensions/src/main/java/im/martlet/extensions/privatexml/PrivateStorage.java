package im.martlet.extensions.privatexml;

import static im.martlet.extension.Hook.To.OWN_ACCOUNT;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;
import static im.martlet.stanza.StanzaException.badRequest;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.account.PrivateXml;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** XEP-0049: stores XML for clients, one element for each qualified name. Only the account itself can read it. */
@Xep(number = 49, title = "Private XML Storage", version = "1.2")
public final class PrivateStorage implements Extension {
    private static final String NS = "jabber:iq:private";
    private static final int MOST_BYTES = 1 << 20; // of one account
    private static final int LONGEST_NAME = 255; // characters

    private final PrivateXml store;
    private final Set<PrivateXmlView> views;

    @Inject PrivateStorage(PrivateXml store, Set<PrivateXmlView> views) {
        this.store = store;
        this.views = views;
    }

    private Optional<PrivateXmlView> view(Element e) {
        return views.stream().filter(v -> v.shows(e.namespace(), e.name())).findFirst();
    }

    @Override public List<Hook> hooks() {
        return List.of(feature(NS), onGet(OWN_ACCOUNT, NS, "query", this::get),
                onSet(OWN_ACCOUNT, NS, "query", this::set));
    }

    private Iq.Response get(Query query) {
        var elements = query.element().children();
        if (elements.isEmpty()) throw noElement();
        if (elements.size() != 1) throw badRequest("a request can name only one element");
        var element = checked(elements.getFirst());
        var view = view(element);
        if (view.isPresent()) return query.result(Element.of(NS, "query").with(view.get().read(query.account())));
        var stored = store.get(query.account().existingKey(), element.namespace(), element.name())
                .map(PrivateStorage::read);
        var empty = Element.of(element.namespace(), element.name()); // §2.2
        return query.result(Element.of(NS, "query").with(stored.orElse(empty)));
    }

    /** Returns the error for a request without an element (§2.3). */
    private static StanzaException noElement() {
        return new StanzaException(Condition.NOT_ACCEPTABLE.because("the request must name an element"));
    }

    private Iq.Response set(Query query) {
        var key = query.account().existingKey();
        var elements = query.element().children();
        if (elements.isEmpty()) throw noElement();
        var added = new LinkedHashMap<Name, String>(); // the last of several elements with one name stays
        for (Element e : elements)
            if (view(checked(e)).isEmpty()) added.put(new Name(e.namespace(), e.name()), e.toString());
        long replacedBytes = added.keySet().stream()
                .mapToLong(n -> store.get(key, n.namespace(), n.name()).map(PrivateStorage::bytes).orElse(0L)).sum();
        long addedBytes = added.values().stream().mapToLong(PrivateStorage::bytes).sum();
        if (addedBytes > replacedBytes && store.bytes(key) - replacedBytes + addedBytes > MOST_BYTES)
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT
                            .because("an account may store at most " + MOST_BYTES + " bytes of private XML"));
        for (Element e : elements) view(e).ifPresent(view -> view.write(query.account(), e));
        added.forEach((name, xml) -> store.put(key, name.namespace(), name.name(), xml));
        return query.result();
    }

    private record Name(String namespace, String name) {}

    private static long bytes(String xml) { return xml.getBytes(StandardCharsets.UTF_8).length; }

    private static Element checked(Element e) { // §2.3: it must have a namespace of its own
        if (e.namespace().isEmpty() || e.namespace().equals(NS) || e.namespace().equals(Namespaces.CLIENT))
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because("the element needs a namespace of its own"));
        if (e.namespace().length() > LONGEST_NAME || e.name().length() > LONGEST_NAME)
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE.because("names may have at most " + LONGEST_NAME + " characters"));
        return e;
    }

    private static Element read(String xml) {
        try {
            return XmlReader.parse(xml);
        } catch (XmlException e) {
            throw new IllegalStateException("the stored private XML is damaged", e);
        }
    }
}
