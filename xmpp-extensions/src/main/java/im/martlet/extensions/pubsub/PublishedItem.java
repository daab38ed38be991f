package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.form.DataForm;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * A publication of one item (XEP-0060 §7.1), as push services (XEP-0357) send and receive it. Push services support
 * nothing else of publish-subscribe. Pure.
 *
 * @param node the name of the node; empty for none
 * @param item the id of the item; an item with this id is replaced
 * @param options the form of publish-options
 */
public record PublishedItem(String node, String item, Element payload, Optional<Element> options) {
    public static final String NS = PubSubXml.NS;
    /** The form type of publish-options. */
    public static final String OPTIONS = NS + "#publish-options";

    /** Returns the element that publishes the item. */
    public Element toElement() {
        var publish = Element.of(NS, "publish");
        if (!node.isEmpty()) publish = publish.with("node", node);
        var pubsub = Element.of(NS, "pubsub").with(publish.with(Element.of(NS, "item").with("id", item).with(payload)));
        return options.map(form -> pubsub.with(Element.of(NS, "publish-options").with(form))).orElse(pubsub);
    }

    /**
     * Reads a publication.
     *
     * @throws StanzaException if the element publishes nothing, or more than one item
     */
    public static PublishedItem read(Element pubsub) {
        var publish = pubsub.child("publish").orElseThrow(
                () -> new StanzaException(
                        Condition.FEATURE_NOT_IMPLEMENTED.because("this service supports only <publish/>")));
        var items = PubSubXml.children(publish, "item");
        if (items.size() != 1 || items.getFirst().children().size() != 1)
            throw StanzaException.badRequest("<publish/> needs exactly one item with exactly one payload");
        var item = items.getFirst();
        return new PublishedItem(PubSubXml.node(publish), item.attribute("id").orElse(""), item.children().getFirst(),
                pubsub.child("publish-options").flatMap(o -> o.child(DataForm.NS, "x")));
    }

    /** Returns the message content that tells a publisher that it may no longer publish to a node (XEP-0357 §8). */
    public static Element endOf(String node, Jid publisher) {
        return Element.of(NS, "pubsub").with("node", node)
                .with(Element.of(NS, "affiliation").with("jid", publisher).with("affiliation", "none"));
    }

    /** Returns the node that a publisher may no longer publish to; empty if the message does not say that. */
    public static Optional<String> endedFor(Jid publisher, Message message) {
        return message.child(NS, "pubsub")
                .filter(e -> PubSubXml.children(e, "affiliation").stream()
                        .anyMatch(a -> a.attribute("affiliation").filter("none"::equals).isPresent()
                                && a.attribute("jid").filter(publisher.toString()::equals).isPresent()))
                .map(e -> e.attribute("node").orElse(""));
    }
}
