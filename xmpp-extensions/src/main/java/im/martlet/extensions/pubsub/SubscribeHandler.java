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

/** What subscribers do (XEP-0060 §5.6, §5.7, §6.1-§6.4). */
final class SubscribeHandler {
    private static final int MOST_SUBSCRIBERS = 50_000;
    private static final int MOST = 1000; // of one entity, to the nodes of one place

    private final PubSubStores stores;
    private final NodeAccess desk;
    private final SubscriptionApprovals approvals;
    private final RetrieveHandler retrieving;

    @Inject SubscribeHandler(PubSubStores stores, NodeAccess desk, SubscriptionApprovals approvals,
            RetrieveHandler retrieving) {
        this.stores = stores;
        this.desk = desk;
        this.approvals = approvals;
        this.retrieving = retrieving;
    }

    // ---- subscribing (§6.1)

    List<Element> subscribe(PubSubHost place, Jid who, Element pubsub, Element subscribe) {
        var subscriber = own(subscribe, who, "invalid-jid", Condition.BAD_REQUEST);
        var target = desk.find(place, PubSubXml.node(subscribe), who);
        var answer = target.judge(NodeOperation.SUBSCRIBE);
        if (answer != AccessDecision.YES && answer != AccessDecision.WHEN_APPROVED) throw PubSubErrors.of(answer);
        if (!target.config().is(NodeConfigField.SUBSCRIBE)) throw PubSubErrors.unsupported("subscribe");
        var known = current(target, subscriber);
        if (known.filter(s -> s.status() == Status.PENDING).isPresent())
            throw PubSubErrors.because(Condition.NOT_AUTHORIZED, "pending-subscription");
        if (known.isEmpty()) checkRoom(target, who);
        var options = known.map(s -> SubscriptionOptions.read(s.options())).orElse(SubscriptionOptions.STANDARD);
        var wished = PubSubXml.companion(pubsub, subscribe, "options").flatMap(DataForm::in).map(options::apply)
                .orElse(options); // §6.3.7
        var subscription = new Subscription(subscriber, known.map(Subscription::id).orElseGet(RandomIds::next),
                answer == AccessDecision.YES ? Status.SUBSCRIBED : Status.PENDING, wished.write());
        stores.subscriptions().put(target.node().id(), subscription);
        begun(target, subscription, known.isEmpty());
        var told = xml(PubSubXml.NS, target.node().name(), subscription);
        return pubsub.child("options").isEmpty() ? List.of(told)
                : List.of(told, Element.of(PubSubXml.NS, "options").with(wished.result()));
    }

    /** What is over takes up no room: it is gone when it would. */
    private void checkRoom(Target target, Jid who) {
        var own = stores.subscriptions().across(target.place().owner(), who.bare(), MOST);
        if (own.size() >= MOST) {
            for (To to : own) if (SubscriptionOptions.isOver(to.subscription().options(), Instant.now()))
                stores.nodes().find(target.place().owner(), to.node())
                        .ifPresent(node -> stores.subscriptions().remove(node.id(), to.subscription().subscriber()));
            if (stores.subscriptions().across(target.place().owner(), who.bare(), MOST).size() >= MOST)
                throw PubSubErrors.because(Condition.POLICY_VIOLATION, "too-many-subscriptions");
        }
        checkRoom(stores, target.node().id());
    }

    /** All of them are read with every publication. */
    static void checkRoom(PubSubStores stores, long node) {
        if (stores.subscriptions().count(node) >= MOST_SUBSCRIBERS)
            throw PubSubErrors.tooMuch("a node has at most " + MOST_SUBSCRIBERS + " subscribers");
    }

    private void begun(Target target, Subscription subscription, boolean fresh) {
        if (subscription.status() == Status.PENDING) approvals.ask(target, subscription);
        else if (fresh) {
            approvals.tellOwners(target, subscription, "subscribed");
            sendLast(target, subscription.subscriber());
        }
    }

    /** §6.1.7. */
    void sendLast(Target target, Jid subscriber) {
        if (target.config().sendLast() != SendLastItem.NEVER
                && target.config().is(NodeConfigField.DELIVER_NOTIFICATIONS))
            retrieving.last(target).ifPresent(item -> target.place().send(
                    Notifier.last(target.place().jid(), subscriber, target.node().name(), target.config(), item)));
    }

    private static Jid own(Element e, Jid who, String specific, Condition condition) {
        var subscriber = PubSubXml.address(e);
        if (!subscriber.bare().equals(who.bare())) throw PubSubErrors.because(condition, specific);
        return subscriber;
    }

    /** One that has expired is none (§12.18). */
    private Optional<Subscription> current(Target target, Jid subscriber) {
        return stores.subscriptions().of(target.node().id(), subscriber)
                .filter(s -> !SubscriptionOptions.isOver(s.options(), Instant.now()));
    }

    // ---- unsubscribing (§6.2)

    void unsubscribe(PubSubHost place, Jid who, Element unsubscribe) {
        var subscriber = PubSubXml.address(unsubscribe);
        var target = desk.find(place, PubSubXml.node(unsubscribe), who);
        if (!subscriber.bare().equals(who.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        var subscription = subscription(target, subscriber, unsubscribe);
        stores.subscriptions().remove(target.node().id(), subscriber);
        approvals.tellOwners(target, subscription, "none");
    }

    private Subscription subscription(Target target, Jid subscriber, Element e) {
        var known = current(target, subscriber)
                .orElseThrow(() -> PubSubErrors.because(Condition.UNEXPECTED_REQUEST, "not-subscribed"));
        if (e.attribute("subid").filter(id -> !id.equals(known.id())).isPresent())
            throw PubSubErrors.because(Condition.NOT_ACCEPTABLE, "invalid-subid");
        return known;
    }

    // ---- options (§6.3, §6.4)

    Element options(PubSubHost place, Jid who, Element options) {
        var subscriber = PubSubXml.address(options);
        var target = desk.find(place, PubSubXml.node(options), who);
        if (!subscriber.bare().equals(who.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        return Element.of(PubSubXml.NS, "options").with("node", target.node().name()).with("jid", subscriber)
                .with(SubscriptionOptions.read(subscription(target, subscriber, options).options()).form());
    }

    void setOptions(PubSubHost place, Jid who, Element options) {
        var subscriber = PubSubXml.address(options);
        var target = desk.find(place, PubSubXml.node(options), who);
        if (!subscriber.bare().equals(who.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        var s = subscription(target, subscriber, options);
        if (options.child(DataForm.NS, "x").flatMap(x -> x.attribute("type")).filter("cancel"::equals).isPresent())
            return;
        var form = DataForm.in(options).orElseThrow(() -> StanzaException.badRequest("there is no form"));
        stores.subscriptions().put(target.node().id(), new Subscription(s.subscriber(), s.id(), s.status(),
                SubscriptionOptions.read(s.options()).apply(form).write()));
    }

    Element standardOptions(Element asked) {
        var answer = Element.of(PubSubXml.NS, "default");
        return PubSubXml.optionalNode(asked).map(node -> answer.with("node", node)).orElse(answer)
                .with(SubscriptionOptions.STANDARD.form());
    }

    // ---- what one is (§5.6, §5.7)

    Element subscriptions(PubSubHost place, Jid who, Element asked) {
        var node = PubSubXml.optionalNode(asked);
        node.ifPresent(name -> desk.find(place, name, who));
        var all = stores.subscriptions().across(place.owner(), who.bare(), MOST).stream()
                .filter(to -> node.filter(name -> !name.equals(to.node())).isEmpty()
                        && !SubscriptionOptions.isOver(to.subscription().options(), Instant.now()))
                .toList();
        var answer = Element.of(PubSubXml.NS, "subscriptions");
        return node.map(name -> answer.with("node", name)).orElse(answer)
                .with(all.stream().map(to -> xml(PubSubXml.NS, to.node(), to.subscription())).toList());
    }

    Element affiliations(PubSubHost place, Jid who, Element asked) {
        var node = PubSubXml.optionalNode(asked);
        node.ifPresent(name -> desk.find(place, name, who));
        var own = place.standing(who).affiliation() == Affiliation.OWNER
                ? stores.nodes().list(place.owner(), "", MOST).stream().map(n -> new At(n.name(), Affiliation.OWNER))
                        .toList()
                : stores.affiliations().across(place.owner(), who.bare(), MOST);
        var answer = Element.of(PubSubXml.NS, "affiliations");
        return node.map(name -> answer.with("node", name)).orElse(answer)
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

    /** Those of a node that are still going on. */
    static List<Subscription> current(PubSubStores stores, long node) {
        return stores.subscriptions().all(node).stream()
                .filter(s -> !SubscriptionOptions.isOver(s.options(), Instant.now())).toList();
    }
}
