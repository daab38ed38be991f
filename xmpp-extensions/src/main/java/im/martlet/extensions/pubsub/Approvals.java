package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.Desk.Target;
import im.martlet.extensions.pubsub.rules.Field;
import im.martlet.extensions.pubsub.rules.Operation;
import im.martlet.extensions.pubsub.rules.SendLast;
import im.martlet.form.DataForm;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.storage.Affiliations.Affiliation;
import im.martlet.storage.Subscriptions.Status;
import im.martlet.storage.Subscriptions.Subscription;
import im.martlet.stream.StreamIds;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Owners hear of subscriptions, and approve those to nodes that want it (XEP-0060 §8.6). */
final class Approvals {
    static final String FORM = Wire.NS + "#subscribe_authorization";
    private static final String NODE = "pubsub#node";
    private static final String SUBSCRIBER = "pubsub#subscriber_jid";
    private static final String SUBSCRIPTION_ID = "pubsub#subid";
    private static final String ALLOW = "pubsub#allow";

    private final Stores stores;
    private final Desk desk;
    private final Retrieving retrieving;

    @Inject Approvals(Stores stores, Desk desk, Retrieving retrieving) {
        this.stores = stores;
        this.desk = desk;
        this.retrieving = retrieving;
    }

    private Set<Jid> owners(Target target) {
        var owners = new java.util.LinkedHashSet<Jid>();
        stores.affiliations().all(target.node().id()).entrySet().stream().filter(e -> e.getValue() == Affiliation.OWNER).map(Map.Entry::getKey).forEach(owners::add);
        if (target.place().jid().hasLocal()) owners.add(target.place().jid());
        return owners;
    }

    /** §8.6.1: every owner is asked. */
    void ask(Target target, Subscription s) { for (Jid owner : owners(target)) ask(target, s, owner); }

    /** One owner is asked, perhaps once more. */
    void ask(Target target, Subscription s, Jid owner) {
        var form = DataForm.blank(FORM, DataForm.field(SUBSCRIPTION_ID, "hidden").with(DataForm.value(s.id())),
                DataForm.field(NODE, "text-single").with("label", "Node ID").with(DataForm.value(target.node().name())),
                DataForm.field(SUBSCRIBER, "jid-single").with("label", "Subscriber Address").with(DataForm.value(s.subscriber().toString())),
                DataForm.field(ALLOW, "boolean").with("label", "Allow this JID to subscribe to this pubsub node?").with(DataForm.value("false")));
        target.place().send(new Message(Message.Type.NORMAL, target.place().jid(), owner, StreamIds.next(), "", Payload.of(form)));
    }

    static boolean isDecision(Message message) {
        return message.child(DataForm.NS, "x").filter(x -> x.attribute("type").filter(t -> t.equals("submit") || t.equals("cancel")).isPresent())
                .filter(x -> x.children().stream().anyMatch(f -> f.attribute("var").filter("FORM_TYPE"::equals).isPresent() && f.childText("value").filter(FORM::equals).isPresent())).isPresent();
    }

    /** §8.6.2: an owner has decided. */
    void decide(Place place, Message message) {
        if (message.child(DataForm.NS, "x").flatMap(x -> x.attribute("type")).filter("cancel"::equals).isPresent()) return; // it stays pending
        var form = DataForm.in(message.toElement()).orElseThrow();
        var target = desk.find(place, form.first(NODE).orElse(""), message.from(), Operation.ADMINISTER);
        var subscriber = Wire.address(form.first(SUBSCRIBER).orElse(""));
        var s = stores.subscriptions().of(target.node().id(), subscriber).filter(known -> known.status() == Status.PENDING).orElseThrow(Refusals::noSuchNode);
        if (form.first(SUBSCRIPTION_ID).filter(id -> !id.equals(s.id())).isPresent()) throw Refusals.noSuchNode();
        boolean allowed = form.first(ALLOW).filter(v -> v.equals("true") || v.equals("1")).isPresent();
        become(target, s, allowed ? Status.SUBSCRIBED : null);
    }

    /** A subscription is changed by an owner, and its subscriber told so (§8.8.4); {@code null} ends it. */
    void become(Target target, Subscription s, @org.jspecify.annotations.Nullable Status status) {
        if (status == null) stores.subscriptions().remove(target.node().id(), s.subscriber());
        else stores.subscriptions().put(target.node().id(), new Subscription(s.subscriber(), s.id(), status, s.options()));
        tell(target, s.subscriber(), subscription(target, s.subscriber(), status == null ? "none" : Subscribing.name(status)));
        boolean begins = status == Status.SUBSCRIBED && target.config().sendLast() != SendLast.NEVER;
        if (begins) retrieving.last(target).ifPresent(item -> target.place().send(Notifier.last(target.place().jid(), s.subscriber(), target.node().name(), target.config(), item)));
    }

    /** Owners who wish so hear that somebody has subscribed or unsubscribed. */
    void tellOwners(Target target, Subscription s, String state) {
        if (target.config().is(Field.NOTIFY_SUB)) for (Jid owner : owners(target)) tell(target, owner, subscription(target, s.subscriber(), state));
    }

    private static Element subscription(Target target, Jid subscriber, String state) {
        return Element.of(Wire.EVENT, "subscription").with("node", target.node().name()).with("jid", subscriber).with("subscription", state);
    }

    private static void tell(Target target, Jid to, Element what) { target.place().send(Notifier.message(target.place().jid(), target.config(), what).withTo(to)); }

    /** Nodes of a place whose owner somebody is and to which somebody else waits to be subscribed. */
    List<Target> pending(Place place, Jid who, int most) {
        return stores.affiliations().across(place.owner(), who.bare(), most).stream().filter(at -> at.affiliation() == Affiliation.OWNER)
                .flatMap(at -> desk.look(place, at.node(), who).stream()).filter(target -> !waiting(target).isEmpty()).toList();
    }

    boolean isOwner(Place place, Jid who) { return stores.affiliations().across(place.owner(), who.bare(), Integer.MAX_VALUE).stream().anyMatch(at -> at.affiliation() == Affiliation.OWNER); }

    List<Subscription> waiting(Target target) { return stores.subscriptions().all(target.node().id()).stream().filter(s -> s.status() == Status.PENDING).toList(); }
}
