package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.Desk.Target;
import im.martlet.extensions.pubsub.rules.Answer;
import im.martlet.extensions.pubsub.rules.Field;
import im.martlet.extensions.pubsub.rules.Operation;
import im.martlet.extensions.pubsub.rules.SendLast;
import im.martlet.form.DataForm;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.Affiliations.Affiliation;
import im.martlet.storage.Affiliations.At;
import im.martlet.storage.Subscriptions.Status;
import im.martlet.storage.Subscriptions.Subscription;
import im.martlet.storage.Subscriptions.To;
import im.martlet.stream.StreamIds;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What subscribers do (XEP-0060 §5.6, §5.7, §6.1-§6.4). */
final class Subscribing {
    private static final int MOST_SUBSCRIBERS = 50_000;
    private static final int MOST = 1000; // of one entity, to the nodes of one place

    private final Stores stores;
    private final Desk desk;
    private final Approvals approvals;
    private final Retrieving retrieving;

    @Inject Subscribing(Stores stores, Desk desk, Approvals approvals, Retrieving retrieving) {
        this.stores = stores;
        this.desk = desk;
        this.approvals = approvals;
        this.retrieving = retrieving;
    }

    // ---- subscribing (§6.1)

    List<Element> subscribe(Place place, Jid who, Element pubsub, Element subscribe) {
        var subscriber = own(subscribe, who, "invalid-jid", Condition.BAD_REQUEST);
        var target = desk.find(place, Wire.node(subscribe), who);
        var answer = target.judge(Operation.SUBSCRIBE);
        if (answer != Answer.YES && answer != Answer.WHEN_APPROVED) throw Refusals.of(answer);
        if (!target.config().is(Field.SUBSCRIBE)) throw Refusals.unsupported("subscribe");
        var known = current(target, subscriber);
        if (known.filter(s -> s.status() == Status.PENDING).isPresent()) throw Refusals.because(Condition.NOT_AUTHORIZED, "pending-subscription");
        if (known.isEmpty()) checkRoom(target, who);
        var options = known.map(s -> Options.read(s.options())).orElse(Options.STANDARD);
        var wished = Wire.companion(pubsub, subscribe, "options").flatMap(DataForm::in).map(options::apply).orElse(options); // §6.3.7
        var subscription = new Subscription(subscriber, known.map(Subscription::id).orElseGet(StreamIds::next), answer == Answer.YES ? Status.SUBSCRIBED : Status.PENDING, wished.write());
        stores.subscriptions().put(target.node().id(), subscription);
        begun(target, subscription, known.isEmpty());
        var told = xml(Wire.NS, target.node().name(), subscription);
        return pubsub.child("options").isEmpty() ? List.of(told) : List.of(told, Element.of(Wire.NS, "options").with(wished.result()));
    }

    /** What is over takes up no room: it is gone when it would. */
    private void checkRoom(Target target, Jid who) {
        var own = stores.subscriptions().across(target.place().owner(), who.bare(), MOST);
        if (own.size() >= MOST) {
            for (To to : own) if (Options.isOver(to.subscription().options(), Instant.now()))
                stores.nodes().find(target.place().owner(), to.node()).ifPresent(node -> stores.subscriptions().remove(node.id(), to.subscription().subscriber()));
            if (stores.subscriptions().across(target.place().owner(), who.bare(), MOST).size() >= MOST) throw Refusals.because(Condition.POLICY_VIOLATION, "too-many-subscriptions");
        }
        checkRoom(stores, target.node().id());
    }

    /** All of them are read with every publication. */
    static void checkRoom(Stores stores, long node) {
        if (stores.subscriptions().count(node) >= MOST_SUBSCRIBERS) throw Refusals.tooMuch("a node has at most " + MOST_SUBSCRIBERS + " subscribers");
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
        if (target.config().sendLast() != SendLast.NEVER && target.config().is(Field.DELIVER_NOTIFICATIONS))
            retrieving.last(target).ifPresent(item -> target.place().send(Notifier.last(target.place().jid(), subscriber, target.node().name(), target.config(), item)));
    }

    private static Jid own(Element e, Jid who, String specific, Condition condition) {
        var subscriber = Wire.address(e);
        if (!subscriber.bare().equals(who.bare())) throw Refusals.because(condition, specific);
        return subscriber;
    }

    /** One that has expired is none (§12.18). */
    private Optional<Subscription> current(Target target, Jid subscriber) {
        return stores.subscriptions().of(target.node().id(), subscriber).filter(s -> !Options.isOver(s.options(), Instant.now()));
    }

    // ---- unsubscribing (§6.2)

    void unsubscribe(Place place, Jid who, Element unsubscribe) {
        var subscriber = Wire.address(unsubscribe);
        var target = desk.find(place, Wire.node(unsubscribe), who);
        if (!subscriber.bare().equals(who.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        var subscription = subscription(target, subscriber, unsubscribe);
        stores.subscriptions().remove(target.node().id(), subscriber);
        approvals.tellOwners(target, subscription, "none");
    }

    private Subscription subscription(Target target, Jid subscriber, Element e) {
        var known = current(target, subscriber).orElseThrow(() -> Refusals.because(Condition.UNEXPECTED_REQUEST, "not-subscribed"));
        if (e.attribute("subid").filter(id -> !id.equals(known.id())).isPresent()) throw Refusals.because(Condition.NOT_ACCEPTABLE, "invalid-subid");
        return known;
    }

    // ---- options (§6.3, §6.4)

    Element options(Place place, Jid who, Element options) {
        var subscriber = Wire.address(options);
        var target = desk.find(place, Wire.node(options), who);
        if (!subscriber.bare().equals(who.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        return Element.of(Wire.NS, "options").with("node", target.node().name()).with("jid", subscriber)
                .with(Options.read(subscription(target, subscriber, options).options()).form());
    }

    void setOptions(Place place, Jid who, Element options) {
        var subscriber = Wire.address(options);
        var target = desk.find(place, Wire.node(options), who);
        if (!subscriber.bare().equals(who.bare())) throw new StanzaException(Condition.FORBIDDEN.plain());
        var s = subscription(target, subscriber, options);
        if (options.child(DataForm.NS, "x").flatMap(x -> x.attribute("type")).filter("cancel"::equals).isPresent()) return;
        var form = DataForm.in(options).orElseThrow(() -> StanzaException.badRequest("there is no form"));
        stores.subscriptions().put(target.node().id(), new Subscription(s.subscriber(), s.id(), s.status(), Options.read(s.options()).apply(form).write()));
    }

    Element standardOptions(Element asked) {
        var answer = Element.of(Wire.NS, "default");
        return Wire.optionalNode(asked).map(node -> answer.with("node", node)).orElse(answer).with(Options.STANDARD.form());
    }

    // ---- what one is (§5.6, §5.7)

    Element subscriptions(Place place, Jid who, Element asked) {
        var node = Wire.optionalNode(asked);
        node.ifPresent(name -> desk.find(place, name, who));
        var all = stores.subscriptions().across(place.owner(), who.bare(), MOST).stream()
                .filter(to -> node.filter(name -> !name.equals(to.node())).isEmpty() && !Options.isOver(to.subscription().options(), Instant.now())).toList();
        var answer = Element.of(Wire.NS, "subscriptions");
        return node.map(name -> answer.with("node", name)).orElse(answer).with(all.stream().map(to -> xml(Wire.NS, to.node(), to.subscription())).toList());
    }

    Element affiliations(Place place, Jid who, Element asked) {
        var node = Wire.optionalNode(asked);
        node.ifPresent(name -> desk.find(place, name, who));
        var own = place.standing(who).affiliation() == Affiliation.OWNER
                ? stores.nodes().list(place.owner(), "", MOST).stream().map(n -> new At(n.name(), Affiliation.OWNER)).toList()
                : stores.affiliations().across(place.owner(), who.bare(), MOST);
        var answer = Element.of(Wire.NS, "affiliations");
        return node.map(name -> answer.with("node", name)).orElse(answer).with(own.stream().filter(at -> node.filter(name -> !name.equals(at.node())).isEmpty())
                .map(at -> Element.of(Wire.NS, "affiliation").with("node", at.node()).with("affiliation", name(at.affiliation()))).toList());
    }

    static String name(Enum<?> constant) { return constant.name().toLowerCase(Locale.ROOT).replace('_', '-'); }

    static Element xml(String namespace, String node, Subscription s) {
        return Element.of(namespace, "subscription").with("node", node).with("jid", s.subscriber()).with("subid", s.id()).with("subscription", name(s.status()));
    }

    /** Those of a node that are still going on. */
    static List<Subscription> current(Stores stores, long node) { return stores.subscriptions().all(node).stream().filter(s -> !Options.isOver(s.options(), Instant.now())).toList(); }
}
