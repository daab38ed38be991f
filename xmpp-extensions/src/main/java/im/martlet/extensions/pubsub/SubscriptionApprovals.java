package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extension.AdHocCommand;
import im.martlet.extension.Query;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.extensions.pubsub.rules.SendLastItem;
import im.martlet.form.DataForm;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.NodeAffiliations;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeSubscriptions.Status;
import im.martlet.storage.pubsub.NodeSubscriptions.Subscription;
import im.martlet.storage.pubsub.Nodes;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Owners hear of subscriptions, and approve those to nodes that want it (XEP-0060 §8.6). */
final class SubscriptionApprovals {
    static final String FORM = PubSubXml.NS + "#subscribe_authorization";
    private static final String NODE = "pubsub#node";
    private static final String SUBSCRIBER = "pubsub#subscriber_jid";
    private static final String SUBSCRIPTION_ID = "pubsub#subid";
    private static final String ALLOW = "pubsub#allow";
    private static final int MOST = 500; // nodes that are looked at

    private final PubSubStores stores;
    private final NodeAccess desk;
    private final RetrieveHandler retrieving;

    @Inject SubscriptionApprovals(PubSubStores stores, NodeAccess desk, RetrieveHandler retrieving) {
        this.stores = stores;
        this.desk = desk;
        this.retrieving = retrieving;
    }

    private Set<Jid> owners(Target target) {
        var owners = new java.util.LinkedHashSet<Jid>();
        stores.affiliations().all(target.node().id()).entrySet().stream().filter(e -> e.getValue() == Affiliation.OWNER)
                .map(Map.Entry::getKey).forEach(owners::add);
        if (target.place().jid().hasLocal()) owners.add(target.place().jid());
        return owners;
    }

    /** §8.6.1: every owner is asked. */
    void ask(Target target, Subscription s) {
        for (Jid owner : owners(target)) ask(target, s, owner);
    }

    /** One owner is asked, perhaps once more. */
    void ask(Target target, Subscription s, Jid owner) {
        var form = DataForm.blank(FORM, DataForm.field(SUBSCRIPTION_ID, "hidden").with(DataForm.value(s.id())),
                DataForm.field(NODE, "text-single").with("label", "Node ID").with(DataForm.value(target.node().name())),
                DataForm.field(SUBSCRIBER, "jid-single").with("label", "Subscriber Address")
                        .with(DataForm.value(s.subscriber().toString())),
                DataForm.field(ALLOW, "boolean").with("label", "Allow this JID to subscribe to this pubsub node?")
                        .with(DataForm.value("false")));
        target.place().send(
                new Message(Message.Type.NORMAL, target.place().jid(), owner, RandomIds.next(), "", Payload.of(form)));
    }

    static boolean isDecision(Message message) {
        return message.child(DataForm.NS, "x")
                .filter(x -> x.attribute("type").filter(t -> t.equals("submit") || t.equals("cancel")).isPresent())
                .filter(x -> x.children().stream()
                        .anyMatch(f -> f.attribute("var").filter("FORM_TYPE"::equals).isPresent()
                                && f.childText("value").filter(FORM::equals).isPresent()))
                .isPresent();
    }

    /** §8.6.2: an owner has decided. */
    void decide(PubSubHost place, Message message) {
        if (message.child(DataForm.NS, "x").flatMap(x -> x.attribute("type")).filter("cancel"::equals).isPresent())
            return; // it stays pending
        var form = DataForm.in(message.toElement()).orElseThrow();
        var target = desk.find(place, form.first(NODE).orElse(""), message.from(), NodeOperation.ADMINISTER);
        var subscriber = PubSubXml.address(form.first(SUBSCRIBER).orElse(""));
        var s = stores.subscriptions().of(target.node().id(), subscriber)
                .filter(known -> known.status() == Status.PENDING).orElseThrow(PubSubErrors::noSuchNode);
        if (form.first(SUBSCRIPTION_ID).filter(id -> !id.equals(s.id())).isPresent()) throw PubSubErrors.noSuchNode();
        boolean allowed = form.first(ALLOW).filter(v -> v.equals("true") || v.equals("1")).isPresent();
        become(target, s, allowed ? Status.SUBSCRIBED : null);
    }

    /** A subscription is changed by an owner, and its subscriber told so (§8.8.4); {@code null} ends it. */
    void become(Target target, Subscription s, @org.jspecify.annotations.Nullable Status status) {
        if (status == null) stores.subscriptions().remove(target.node().id(), s.subscriber());
        else stores.subscriptions().put(target.node().id(),
                new Subscription(s.subscriber(), s.id(), status, s.options()));
        tell(target, s.subscriber(),
                subscription(target, s.subscriber(), status == null ? "none" : SubscribeHandler.name(status)));
        boolean begins = status == Status.SUBSCRIBED && target.config().sendLast() != SendLastItem.NEVER
                && target.config().is(NodeConfigField.DELIVER_NOTIFICATIONS);
        if (begins && mayRead(target, s.subscriber())) retrieving.last(target).ifPresent(item -> target.place().send(
                Notifier.last(target.place().jid(), s.subscriber(), target.node().name(), target.config(), item)));
    }

    /** Who is subscribed by an owner need not be on the whitelist. */
    private boolean mayRead(Target target, Jid subscriber) {
        return desk.look(target.place(), target.node().name(), subscriber)
                .filter(t -> t.judge(NodeOperation.RETRIEVE) == AccessDecision.YES).isPresent();
    }

    /** Owners who wish so hear that somebody has subscribed or unsubscribed. */
    void tellOwners(Target target, Subscription s, String state) {
        if (target.config().is(NodeConfigField.NOTIFY_SUB))
            for (Jid owner : owners(target)) tell(target, owner, subscription(target, s.subscriber(), state));
    }

    private static Element subscription(Target target, Jid subscriber, String state) {
        return Element.of(PubSubXml.EVENT, "subscription").with("node", target.node().name()).with("jid", subscriber)
                .with("subscription", state);
    }

    private static void tell(Target target, Jid to, Element what) {
        target.place().send(Notifier.message(target.place().jid(), target.config(), what).withTo(to));
    }

    // ---- all that wait (§8.7)

    /** The command that shows who waits, at the places that it is sent to. */
    AdHocCommand command(Predicate<Query> allowed, Function<Query, PubSubHost> places) {
        return new AdHocCommand(PubSubXml.NS + "#get-pending", "Pending subscription requests", allowed,
                (query, _) -> pending(places, query));
    }

    /** The nodes that somebody waits to be subscribed to; then the requests to the chosen one come once more. */
    private AdHocCommand.Outcome pending(Function<Query, PubSubHost> places, Query query) {
        var who = query.iq().from();
        var place = places.apply(query);
        var nodes = pending(place, who);
        if (nodes.isEmpty() && !isOwner(place, who)) throw new StanzaException(Condition.FORBIDDEN.plain());
        if (nodes.isEmpty()) return new AdHocCommand.Outcome.Done(List.of(), "no subscription waits for your approval");
        var field = DataForm.field(NODE, "list-single").with("label", "Node ID").with(nodes.stream()
                .map(t -> Element.of(DataForm.NS, "option").with(DataForm.value(t.node().name()))).toList());
        return new AdHocCommand.Outcome.Ask(DataForm.blank(FORM, field), true, (answer, chosen) -> {
            var node = chosen.flatMap(f -> f.first(NODE)).orElse("");
            var target = pending(places.apply(answer), who).stream().filter(t -> t.node().name().equals(node))
                    .findFirst().orElseThrow(PubSubErrors::noSuchNode);
            waiting(target).forEach(s -> ask(target, s, who.bare()));
            return new AdHocCommand.Outcome.Done(List.of(), "");
        });
    }

    /** Nodes of a place whose owner somebody is and to which somebody else waits to be subscribed. */
    private List<Target> pending(PubSubHost place, Jid who) {
        var own = place.standing(who).affiliation() == Affiliation.OWNER
                ? stores.nodes().list(place.owner(), "", MOST).stream().map(Nodes.Node::name)
                : stores.affiliations().across(place.owner(), who.bare(), MOST).stream()
                        .filter(at -> at.affiliation() == Affiliation.OWNER).map(NodeAffiliations.At::node);
        return own.flatMap(name -> desk.look(place, name, who).stream())
                .filter(target -> target.config().access() == AccessModel.AUTHORIZE && !waiting(target).isEmpty())
                .toList();
    }

    private boolean isOwner(PubSubHost place, Jid who) {
        return place.standing(who).affiliation() == Affiliation.OWNER
                || stores.affiliations().across(place.owner(), who.bare(), Integer.MAX_VALUE).stream()
                        .anyMatch(at -> at.affiliation() == Affiliation.OWNER);
    }

    private List<Subscription> waiting(Target target) {
        return stores.subscriptions().all(target.node().id()).stream().filter(s -> s.status() == Status.PENDING)
                .toList();
    }
}
