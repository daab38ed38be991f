package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.extensions.pubsub.rules.SendLastItem;
import im.martlet.form.DataForm;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeAffiliations.At;
import im.martlet.storage.pubsub.NodeSubscriptions.Status;
import im.martlet.storage.pubsub.NodeSubscriptions.Subscription;
import im.martlet.storage.pubsub.NodeSubscriptions.To;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Handles the requests of subscribers (XEP-0060 §5.6, §5.7, §6.1-§6.4). */
final class SubscribeHandler {
    private static final int MOST_SUBSCRIBERS = 50_000;
    private static final int MOST = 1000; // subscriptions of one entity to the nodes of one host

    private final PubSubStores stores;
    private final NodeAccess access;
    private final SubscriptionApprovals approvals;
    private final RetrieveHandler retrieveHandler;

    @Inject SubscribeHandler(PubSubStores stores, NodeAccess access, SubscriptionApprovals approvals,
            RetrieveHandler retrieveHandler) {
        this.stores = stores;
        this.access = access;
        this.approvals = approvals;
        this.retrieveHandler = retrieveHandler;
    }

    // ---- subscribing (§6.1)

    List<Element> subscribe(PubSubHost host, Jid requester, Element pubsub, Element subscribe) {
        var subscriber = ownAddress(subscribe, requester);
        var target = access.require(host, PubSubXml.node(subscribe), requester);
        var decision = target.judge(NodeOperation.SUBSCRIBE);
        if (decision != AccessDecision.YES && decision != AccessDecision.WHEN_APPROVED)
            throw PubSubErrors.of(decision);
        if (!target.config().is(NodeConfigField.SUBSCRIBE)) throw PubSubErrors.unsupported("subscribe");
        var existing = current(target, subscriber);
        if (existing.filter(s -> s.status() == Status.PENDING).isPresent())
            throw PubSubErrors.because(Condition.NOT_AUTHORIZED, "pending-subscription");
        if (existing.isEmpty()) checkCapacity(target, requester);
        var before = existing.map(s -> SubscriptionOptions.read(s.options())).orElse(SubscriptionOptions.STANDARD);
        var options = PubSubXml.companion(pubsub, subscribe, "options").flatMap(DataForm::in).map(before::apply)
                .orElse(before); // §6.3.7
        var subscription = new Subscription(subscriber, existing.map(Subscription::id).orElseGet(RandomIds::next),
                decision == AccessDecision.YES ? Status.SUBSCRIBED : Status.PENDING, options.write());
        stores.subscriptions().put(target.node().id(), subscription);
        stored(target, subscription, existing.isEmpty());
        var reply = xml(PubSubXml.NS, target.node().name(), subscription);
        return pubsub.child("options").isEmpty() ? List.of(reply)
                : List.of(reply, Element.of(PubSubXml.NS, "options").with(options.result()));
    }

    /** Removes the entity's expired subscriptions before it rejects a new one. */
    private void checkCapacity(Target target, Jid requester) {
        var own = stores.subscriptions().across(target.host().owner(), requester.bare(), MOST);
        if (own.size() >= MOST) {
            for (To to : own) if (SubscriptionOptions.isOver(to.subscription().options(), Instant.now()))
                stores.nodes().find(target.host().owner(), to.node())
                        .ifPresent(node -> stores.subscriptions().remove(node.id(), to.subscription().subscriber()));
            if (stores.subscriptions().across(target.host().owner(), requester.bare(), MOST).size() >= MOST)
                throw PubSubErrors.because(Condition.POLICY_VIOLATION, "too-many-subscriptions");
        }
        checkCapacity(stores, target.node().id());
    }

    /** Bounds the subscriptions of a node, because each publication reads all of them. */
    static void checkCapacity(PubSubStores stores, long node) {
        if (stores.subscriptions().count(node) >= MOST_SUBSCRIBERS)
            throw PubSubErrors.tooMuch("a node may have at most " + MOST_SUBSCRIBERS + " subscribers");
    }

    private void stored(Target target, Subscription subscription, boolean isNew) {
        if (subscription.status() == Status.PENDING) approvals.askOwners(target, subscription);
        else if (isNew) {
            approvals.notifyOwners(target, subscription, "subscribed");
            sendLastItem(target, subscription.subscriber());
        }
    }

    /** Sends the last item to a new subscriber, if the node's configuration says so (§6.1.7). */
    void sendLastItem(Target target, Jid subscriber) {
        if (target.config().sendLast() != SendLastItem.NEVER
                && target.config().is(NodeConfigField.DELIVER_NOTIFICATIONS))
            retrieveHandler.last(target).ifPresent(item -> target.host().send(
                    Notifier.lastItem(target.host().jid(), subscriber, target.node().name(), target.config(), item)));
    }

    private static Jid ownAddress(Element e, Jid requester) {
        var subscriber = PubSubXml.address(e);
        if (!subscriber.bare().equals(requester.bare()))
            throw PubSubErrors.because(Condition.BAD_REQUEST, "invalid-jid");
        return subscriber;
    }

    /** Returns a subscription, unless it has expired (§12.18). */
    private Optional<Subscription> current(Target target, Jid subscriber) {
        return stores.subscriptions().of(target.node().id(), subscriber)
                .filter(s -> !SubscriptionOptions.isOver(s.options(), Instant.now()));
    }

    // ---- unsubscribing (§6.2)

    void unsubscribe(PubSubHost host, Jid requester, Element unsubscribe) {
        var subscriber = PubSubXml.address(unsubscribe);
        var target = access.require(host, PubSubXml.node(unsubscribe), requester);
        if (!subscriber.bare().equals(requester.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        var subscription = subscription(target, subscriber, unsubscribe);
        stores.subscriptions().remove(target.node().id(), subscriber);
        approvals.notifyOwners(target, subscription, "none");
    }

    private Subscription subscription(Target target, Jid subscriber, Element e) {
        var existing = current(target, subscriber)
                .orElseThrow(() -> PubSubErrors.because(Condition.UNEXPECTED_REQUEST, "not-subscribed"));
        if (e.attribute("subid").filter(id -> !id.equals(existing.id())).isPresent())
            throw PubSubErrors.because(Condition.NOT_ACCEPTABLE, "invalid-subid");
        return existing;
    }

    // ---- options (§6.3, §6.4)

    Element options(PubSubHost host, Jid requester, Element options) {
        var subscriber = PubSubXml.address(options);
        var target = access.require(host, PubSubXml.node(options), requester);
        if (!subscriber.bare().equals(requester.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        return Element.of(PubSubXml.NS, "options").with("node", target.node().name()).with("jid", subscriber)
                .with(SubscriptionOptions.read(subscription(target, subscriber, options).options()).form());
    }

    void setOptions(PubSubHost host, Jid requester, Element options) {
        var subscriber = PubSubXml.address(options);
        var target = access.require(host, PubSubXml.node(options), requester);
        if (!subscriber.bare().equals(requester.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        var s = subscription(target, subscriber, options);
        if (options.child(DataForm.NS, "x").flatMap(x -> x.attribute("type")).filter("cancel"::equals).isPresent())
            return;
        var form = DataForm.in(options).orElseThrow(() -> StanzaException.badRequest("<options/> needs a form"));
        stores.subscriptions().put(target.node().id(), new Subscription(s.subscriber(), s.id(), s.status(),
                SubscriptionOptions.read(s.options()).apply(form).write()));
    }

    Element standardOptions(Element request) {
        var reply = Element.of(PubSubXml.NS, "default");
        return PubSubXml.optionalNode(request).map(node -> reply.with("node", node)).orElse(reply)
                .with(SubscriptionOptions.STANDARD.form());
    }

    // ---- the requester's own subscriptions and affiliations (§5.6, §5.7)

    Element subscriptions(PubSubHost host, Jid requester, Element request) {
        var node = PubSubXml.optionalNode(request);
        node.ifPresent(name -> access.require(host, name, requester));
        var all = stores.subscriptions().across(host.owner(), requester.bare(), MOST).stream()
                .filter(to -> node.filter(name -> !name.equals(to.node())).isEmpty()
                        && !SubscriptionOptions.isOver(to.subscription().options(), Instant.now()))
                .toList();
        var reply = Element.of(PubSubXml.NS, "subscriptions");
        return node.map(name -> reply.with("node", name)).orElse(reply)
                .with(all.stream().map(to -> xml(PubSubXml.NS, to.node(), to.subscription())).toList());
    }

    Element affiliations(PubSubHost host, Jid requester, Element request) {
        var node = PubSubXml.optionalNode(request);
        node.ifPresent(name -> access.require(host, name, requester));
        var own = host.relationOf(requester).affiliation() == Affiliation.OWNER
                ? stores.nodes().list(host.owner(), "", MOST).stream().map(n -> new At(n.name(), Affiliation.OWNER))
                        .toList()
                : stores.affiliations().across(host.owner(), requester.bare(), MOST);
        var reply = Element.of(PubSubXml.NS, "affiliations");
        return node.map(name -> reply.with("node", name)).orElse(reply)
                .with(own.stream().filter(at -> node.filter(name -> !name.equals(at.node())).isEmpty())
                        .map(at -> Element.of(PubSubXml.NS, "affiliation").with("node", at.node()).with("affiliation",
                                name(at.affiliation())))
                        .toList());
    }

    static String name(Enum<?> constant) { return constant.name().toLowerCase(Locale.ROOT).replace('_', '-'); }

    static Element xml(String namespace, String node, Subscription s) {
        return Element.of(namespace, "subscription").with("node", node).with("jid", s.subscriber())
                .with("subid", s.id()).with("subscription", name(s.status()));
    }

    /** Returns the subscriptions of a node that have not expired. */
    static List<Subscription> current(PubSubStores stores, long node) {
        return stores.subscriptions().all(node).stream()
                .filter(s -> !SubscriptionOptions.isOver(s.options(), Instant.now())).toList();
    }
}
