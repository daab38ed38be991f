package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Which request is answered by whom: the index of XEP-0060. On the mailbox of the place that is asked. */
final class PubSubRequests {
    private final PublishHandler publishing;
    private final RetrieveHandler retrieving;
    private final NodeHandler nodes;
    private final SubscribeHandler subscribing;
    private final OwnerHandler administering;

    @Inject PubSubRequests(PublishHandler publishing, RetrieveHandler retrieving, NodeHandler nodes,
            SubscribeHandler subscribing, OwnerHandler administering) {
        this.publishing = publishing;
        this.retrieving = retrieving;
        this.nodes = nodes;
        this.subscribing = subscribing;
        this.administering = administering;
    }

    Iq.Response get(PubSubHost place, Iq.Request iq) {
        var pubsub = iq.element();
        var what = what(pubsub, List.of("items", "subscriptions", "affiliations", "options", "default"));
        Jid who = iq.from();
        return result(iq, switch (what.name()) {
            case "items" -> retrieving.items(place, who, pubsub, what);
            case "subscriptions" -> List.of(subscribing.subscriptions(place, who, what));
            case "affiliations" -> List.of(subscribing.affiliations(place, who, what));
            case "options" -> List.of(subscribing.options(place, who, what));
            default -> List.of(subscribing.standardOptions(what));
        });
    }

    Iq.Response set(PubSubHost place, Iq.Request iq) {
        var pubsub = iq.element();
        var what = what(pubsub, List.of("publish", "retract", "create", "subscribe", "unsubscribe", "options"));
        Jid who = iq.from();
        return switch (what.name()) {
            case "publish" -> result(iq, List.of(publishing.publish(place, who, pubsub, what)));
            case "create" -> iq.result(nodes.create(place, who, pubsub, what).toArray(Element[]::new));
            case "subscribe" -> result(iq, subscribing.subscribe(place, who, pubsub, what));
            case "retract" -> done(iq, () -> publishing.retract(place, who, what));
            case "unsubscribe" -> done(iq, () -> subscribing.unsubscribe(place, who, what));
            default -> done(iq, () -> subscribing.setOptions(place, who, what));
        };
    }

    Iq.Response ownerGet(PubSubHost place, Iq.Request iq) {
        var what = what(iq.element(), List.of("configure", "default", "subscriptions", "affiliations"));
        Jid who = iq.from();
        return iq.result(Element.of(PubSubXml.OWNER, "pubsub").with(switch (what.name()) {
            case "configure" -> nodes.form(place, who, what);
            case "default" -> nodes.standard(place, what);
            case "subscriptions" -> administering.subscriptions(place, who, what);
            default -> administering.affiliations(place, who, what);
        }));
    }

    Iq.Response ownerSet(PubSubHost place, Iq.Request iq) {
        var what = what(iq.element(), List.of("configure", "delete", "purge", "subscriptions", "affiliations"));
        Jid who = iq.from();
        return switch (what.name()) {
            case "configure" -> done(iq, () -> nodes.configure(place, who, what));
            case "delete" -> done(iq, () -> nodes.delete(place, who, what));
            case "purge" -> done(iq, () -> publishing.purge(place, who, what));
            case "subscriptions" -> doneBut(iq, administering.setSubscriptions(place, who, what));
            default -> doneBut(iq, administering.setAffiliations(place, who, what));
        };
    }

    /** @param failed what was not done, if anything was not */
    private static Iq.Response doneBut(Iq.Request iq, Optional<Element> failed) {
        return failed.<Iq.Response>map(e -> new Iq.Error(iq.to(), iq.from(), iq.id(), "", Payload
                .of(Element.of(PubSubXml.OWNER, "pubsub").with(e), Condition.NOT_ACCEPTABLE.plain().toElement())))
                .orElseGet(iq::result);
    }

    /** The child that says what is wanted: the first of the names that is there, as some come with others. */
    private static Element what(Element pubsub, List<String> names) {
        return names.stream().map(pubsub::child).flatMap(Optional::stream).findFirst()
                .orElseThrow(() -> pubsub.children().stream().findFirst().map(e -> PubSubErrors.unsupported(e.name()))
                        .orElseGet(() -> StanzaException.badRequest("there is nothing in <pubsub/>")));
    }

    private static Iq.Response result(Iq.Request iq, List<Element> content) {
        return iq.result(Element.of(PubSubXml.NS, "pubsub").with(content));
    }

    private static Iq.Response done(Iq.Request iq, Runnable work) {
        work.run();
        return iq.result();
    }
}
