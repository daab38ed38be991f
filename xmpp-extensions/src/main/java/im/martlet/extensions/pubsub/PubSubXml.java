package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The names of XEP-0060, and the elements that many of its answers have in common. Pure. */
final class PubSubXml {
    static final String NS = Namespaces.PUBSUB;
    static final String OWNER = NS + "#owner";
    static final String EVENT = NS + "#event";
    static final String ERRORS = NS + "#errors";
    static final String DISCO_ITEMS = Namespaces.DISCO_ITEMS;
    static final String DISCO_INFO = Namespaces.DISCO_INFO;
    static final int LONGEST_NAME = 512;
    static final int LONGEST_ADDRESS = 2000; // bytes, of who is kept: a longer one fits into no index

    private PubSubXml() {}

    /** The name of the node that an element is about. */
    static String node(Element e) {
        return optionalNode(e).orElseThrow(PubSubErrors::nodeRequired);
    }

    static Optional<String> optionalNode(Element e) {
        var node = e.attribute("node").filter(name -> !name.isEmpty());
        if (node.filter(name -> name.length() > LONGEST_NAME).isPresent()) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("a node's name has at most " + LONGEST_NAME + " letters"));
        return node;
    }

    /** The children that an element has of one name. */
    static List<Element> children(Element e, String name) {
        return e.children().stream().filter(c -> c.is(e.namespace(), name)).toList();
    }

    static Jid address(Element e) {
        return address(
                e.attribute("jid").orElseThrow(() -> PubSubErrors.because(Condition.BAD_REQUEST, "jid-required")));
    }

    static Jid address(String text) {
        try {
            var address = Jid.parse(text);
            if (address.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_ADDRESS) throw new StanzaException(
                    Condition.NOT_ACCEPTABLE.because("an address of at most " + LONGEST_ADDRESS + " bytes"));
            return address;
        } catch (JidException e) {
            throw new StanzaException(Condition.JID_MALFORMED.because(String.valueOf(e.getMessage())));
        }
    }

    /** What comes with a request: behind it, and about the same node and subscriber (§6.3.7, §8.1.3). */
    static Optional<Element> companion(Element pubsub, Element request, String name) {
        return pubsub.child(name).map(e -> {
            var all = pubsub.children();
            if (all.indexOf(e) < all.indexOf(request) || e.attribute("node").isPresent()
                    || e.attribute("jid").isPresent())
                throw StanzaException
                        .badRequest("<" + name + "/> comes behind <" + request.name() + "/>, and is about the same");
            return e;
        });
    }

    static boolean isTrue(Element e, String attribute) {
        return e.attribute(attribute).filter(v -> v.equals("true") || v.equals("1")).isPresent();
    }

    /** An item as it is retrieved or told of. */
    static Element item(String namespace, Item item, boolean payload, boolean publisher) {
        var e = Element.of(namespace, "item").with("id", item.name());
        if (publisher) e = e.with("publisher", item.publisher().bare());
        return payload && !item.payload().isEmpty() ? e.with(payload(item)) : e;
    }

    static Element payload(Item item) {
        try {
            return XmlReader.parse(item.payload());
        } catch (XmlException e) {
            throw new IllegalStateException("what is kept is not XML", e);
        }
    }
}
