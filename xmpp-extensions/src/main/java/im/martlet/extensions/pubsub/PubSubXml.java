package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaJid;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The namespaces of XEP-0060, and functions for elements that many requests and replies share. Pure. */
final class PubSubXml {
    static final String NS = Namespaces.PUBSUB;
    static final String OWNER = NS + "#owner";
    static final String EVENT = NS + "#event";
    static final String ERRORS = NS + "#errors";
    static final String DISCO_ITEMS = Namespaces.DISCO_ITEMS;
    static final String DISCO_INFO = Namespaces.DISCO_INFO;
    static final int LONGEST_NAME = 512; // characters
    static final int LONGEST_ADDRESS = 2000; // bytes; a longer one does not fit into an index of the database

    private PubSubXml() {}

    /** Returns the name of the node that an element names. */
    static String node(Element e) {
        return optionalNode(e).orElseThrow(PubSubErrors::nodeRequired);
    }

    static Optional<String> optionalNode(Element e) {
        var node = e.attribute("node").filter(name -> !name.isEmpty());
        if (node.filter(name -> name.length() > LONGEST_NAME).isPresent()) throw new StanzaException(
                Condition.NOT_ACCEPTABLE
                        .because("the name of a node may have at most " + LONGEST_NAME + " characters"));
        return node;
    }

    /** Returns the children of an element that have a name and the element's own namespace. */
    static List<Element> children(Element e, String name) {
        return e.children().stream().filter(c -> c.is(e.namespace(), name)).toList();
    }

    static Jid address(Element e) {
        return address(
                e.attribute("jid").orElseThrow(() -> PubSubErrors.because(Condition.BAD_REQUEST, "jid-required")));
    }

    static Jid address(String text) {
        var address = StanzaJid.parse(text);
        if (address.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_ADDRESS) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("an address may have at most " + LONGEST_ADDRESS + " bytes"));
        return address;
    }

    /**
     * Returns the element that accompanies a request (§6.3.7, §8.1.3). It must follow the request, and names no node or
     * subscriber, because it is about those of the request.
     */
    static Optional<Element> companion(Element pubsub, Element request, String name) {
        return pubsub.child(name).map(e -> {
            var all = pubsub.children();
            if (all.indexOf(e) < all.indexOf(request) || e.attribute("node").isPresent()
                    || e.attribute("jid").isPresent())
                throw StanzaException.badRequest("<" + name + "/> must follow <" + request.name()
                        + "/> and have no 'node' and no 'jid' of its own");
            return e;
        });
    }

    static boolean isTrue(Element e, String attribute) {
        return e.attribute(attribute).filter(v -> v.equals("true") || v.equals("1")).isPresent();
    }

    /** Returns an item as it occurs in replies and notifications. */
    static Element item(String namespace, Item item, boolean payload, boolean publisher) {
        var e = Element.of(namespace, "item").with("id", item.name());
        if (publisher) e = e.with("publisher", item.publisher().bare());
        return payload && !item.payload().isEmpty() ? e.with(payload(item)) : e;
    }

    static Element payload(Item item) {
        try {
            return XmlReader.parse(item.payload());
        } catch (XmlException e) {
            throw new IllegalStateException("the stored item " + item.name() + " is not XML", e);
        }
    }
}
