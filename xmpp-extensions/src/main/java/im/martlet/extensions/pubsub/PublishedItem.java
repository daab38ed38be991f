package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.form.DataForm;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * One item that somebody publishes at a node (XEP-0060 §7.1), for those who are no service for everything: who notifies
 * devices (XEP-0357). Pure.
 *
 * @param node empty for none
 * @param item its id; one that was published before is replaced
 * @param options the form of publish-options
 */
public record PublishedItem(String node, String item, Element payload, Optional<Element> options) {
    public static final String NS = PubSubXml.NS;
    /** The type of the form of options. */
    public static final String OPTIONS = NS + "#publish-options";

    /** As it is sent. */
    public Element toElement() {
        var publish = Element.of(NS, "publish");
        if (!node.isEmpty()) publish = publish.with("node", node);
        var pubsub = Element.of(NS, "pubsub").with(publish.with(Element.of(NS, "item").with("id", item).with(payload)));
        return options.map(form -> pubsub.with(Element.of(NS, "publish-options").with(form))).orElse(pubsub);
    }

    /**
     * Reads one.
     *
     * @throws StanzaException when it is none, or one of several items
     */
    public static PublishedItem read(Element pubsub) {
        var publish = pubsub.child("publish").orElseThrow(
                () -> new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED.because("here, one can only publish")));
        var items = PubSubXml.children(publish, "item");
        if (items.size() != 1 || items.getFirst().children().size() != 1)
            throw StanzaException.badRequest("one item with one payload is published at a time");
        var item = items.getFirst();
        return new PublishedItem(PubSubXml.node(publish), item.attribute("id").orElse(""), item.children().getFirst(),
                pubsub.child("publish-options").flatMap(o -> o.child(DataForm.NS, "x")));
    }

    /** The news that somebody may publish at a node no longer (XEP-0357 §8). */
    public static Element endOf(String node, Jid publisher) {
        return Element.of(NS, "pubsub").with("node", node)
                .with(Element.of(NS, "affiliation").with("jid", publisher).with("affiliation", "none"));
    }

    /** The node that a message says somebody may publish at no longer; empty when it says nothing of the kind. */
    public static Optional<String> endedFor(Jid publisher, Message message) {
        return message.child(NS, "pubsub")
                .filter(e -> PubSubXml.children(e, "affiliation").stream()
                        .anyMatch(a -> a.attribute("affiliation").filter("none"::equals).isPresent()
                                && a.attribute("jid").filter(publisher.toString()::equals).isPresent()))
                .map(e -> e.attribute("node").orElse(""));
    }
}
