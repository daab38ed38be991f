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

/** Dispatches the requests of XEP-0060 to their handlers. Used on the mailbox of the host that receives the request. */
final class PubSubRequests {
    private final PublishHandler publishHandler;
    private final RetrieveHandler retrieveHandler;
    private final NodeHandler nodeHandler;
    private final SubscribeHandler subscribeHandler;
    private final OwnerHandler ownerHandler;

    @Inject PubSubRequests(PublishHandler publishHandler, RetrieveHandler retrieveHandler, NodeHandler nodeHandler,
            SubscribeHandler subscribeHandler, OwnerHandler ownerHandler) {
        this.publishHandler = publishHandler;
        this.retrieveHandler = retrieveHandler;
        this.nodeHandler = nodeHandler;
        this.subscribeHandler = subscribeHandler;
        this.ownerHandler = ownerHandler;
    }

    Iq.Response get(PubSubHost host, Iq.Request iq) {
        var pubsub = iq.element();
        var request = requestElement(pubsub, List.of("items", "subscriptions", "affiliations", "options", "default"));
        Jid requester = iq.from();
        return result(iq, switch (request.name()) {
            case "items" -> retrieveHandler.items(host, requester, pubsub, request);
            case "subscriptions" -> List.of(subscribeHandler.subscriptions(host, requester, request));
            case "affiliations" -> List.of(subscribeHandler.affiliations(host, requester, request));
            case "options" -> List.of(subscribeHandler.options(host, requester, request));
            default -> List.of(subscribeHandler.standardOptions(request));
        });
    }

    Iq.Response set(PubSubHost host, Iq.Request iq) {
        var pubsub = iq.element();
        var request =
                requestElement(pubsub, List.of("publish", "retract", "create", "subscribe", "unsubscribe", "options"));
        Jid requester = iq.from();
        return switch (request.name()) {
            case "publish" -> result(iq, List.of(publishHandler.publish(host, requester, pubsub, request)));
            case "create" -> iq.result(nodeHandler.create(host, requester, pubsub, request).toArray(Element[]::new));
            case "subscribe" -> result(iq, subscribeHandler.subscribe(host, requester, pubsub, request));
            case "retract" -> done(iq, () -> publishHandler.retract(host, requester, request));
            case "unsubscribe" -> done(iq, () -> subscribeHandler.unsubscribe(host, requester, request));
            default -> done(iq, () -> subscribeHandler.setOptions(host, requester, request));
        };
    }

    Iq.Response ownerGet(PubSubHost host, Iq.Request iq) {
        var request = requestElement(iq.element(), List.of("configure", "default", "subscriptions", "affiliations"));
        Jid requester = iq.from();
        return iq.result(Element.of(PubSubXml.OWNER, "pubsub").with(switch (request.name()) {
            case "configure" -> nodeHandler.form(host, requester, request);
            case "default" -> nodeHandler.standardConfig(host, request);
            case "subscriptions" -> ownerHandler.subscriptions(host, requester, request);
            default -> ownerHandler.affiliations(host, requester, request);
        }));
    }

    Iq.Response ownerSet(PubSubHost host, Iq.Request iq) {
        var request =
                requestElement(iq.element(), List.of("configure", "delete", "purge", "subscriptions", "affiliations"));
        Jid requester = iq.from();
        return switch (request.name()) {
            case "configure" -> done(iq, () -> nodeHandler.configure(host, requester, request));
            case "delete" -> done(iq, () -> nodeHandler.delete(host, requester, request));
            case "purge" -> done(iq, () -> publishHandler.purge(host, requester, request));
            case "subscriptions" -> doneExcept(iq, ownerHandler.setSubscriptions(host, requester, request));
            default -> doneExcept(iq, ownerHandler.setAffiliations(host, requester, request));
        };
    }

    /** @param failed the changes that were not made; empty if all were */
    private static Iq.Response doneExcept(Iq.Request iq, Optional<Element> failed) {
        return failed.<Iq.Response>map(e -> new Iq.Error(iq.to(), iq.from(), iq.id(), "", Payload
                .of(Element.of(PubSubXml.OWNER, "pubsub").with(e), Condition.NOT_ACCEPTABLE.plain().toElement())))
                .orElseGet(iq::result);
    }

    /** Returns the child that names the request: the first of the names that occurs, as some come with others. */
    private static Element requestElement(Element pubsub, List<String> names) {
        return names.stream().map(pubsub::child).flatMap(Optional::stream).findFirst()
                .orElseThrow(() -> pubsub.children().stream().findFirst().map(e -> PubSubErrors.unsupported(e.name()))
                        .orElseGet(() -> StanzaException
                                .badRequest("<pubsub/> is empty; it needs a request such as <items/>")));
    }

    private static Iq.Response result(Iq.Request iq, List<Element> content) {
        return iq.result(Element.of(PubSubXml.NS, "pubsub").with(content));
    }

    private static Iq.Response done(Iq.Request iq, Runnable work) {
        work.run();
        return iq.result();
    }
}
