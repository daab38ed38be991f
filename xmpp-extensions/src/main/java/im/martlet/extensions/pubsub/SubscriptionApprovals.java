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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Tells owners about subscriptions, and asks them to approve those that need it (XEP-0060 §8.6). */
final class SubscriptionApprovals {
    static final String FORM = PubSubXml.NS + "#subscribe_authorization";
    private static final String NODE = "pubsub#node";
    private static final String SUBSCRIBER = "pubsub#subscriber_jid";
    private static final String SUBSCRIPTION_ID = "pubsub#subid";
    private static final String ALLOW = "pubsub#allow";
    private static final int MOST = 500; // nodes that are searched for pending subscriptions

    private final PubSubStores stores;
    private final NodeAccess access;
    private final RetrieveHandler retrieveHandler;

    @Inject SubscriptionApprovals(PubSubStores stores, NodeAccess access, RetrieveHandler retrieveHandler) {
        this.stores = stores;
        this.access = access;
        this.retrieveHandler = retrieveHandler;
    }

    private Set<Jid> owners(Target target) {
        var owners = new LinkedHashSet<Jid>();
        stores.affiliations().all(target.node().id()).entrySet().stream().filter(e -> e.getValue() == Affiliation.OWNER)
                .map(Map.Entry::getKey).forEach(owners::add);
        if (target.host().jid().hasLocal()) owners.add(target.host().jid());
        return owners;
    }

    /** Asks every owner for approval (§8.6.1). */
    void askOwners(Target target, Subscription s) {
        for (Jid owner : owners(target)) askOwner(target, s, owner);
    }

    private static void askOwner(Target target, Subscription s, Jid owner) {
        var form = DataForm.blank(FORM, DataForm.field(SUBSCRIPTION_ID, "hidden").with(DataForm.value(s.id())),
                DataForm.field(NODE, "text-single").with("label", "Node ID").with(DataForm.value(target.node().name())),
                DataForm.field(SUBSCRIBER, "jid-single").with("label", "Subscriber Address")
                        .with(DataForm.value(s.subscriber().toString())),
                DataForm.field(ALLOW, "boolean").with("label", "Allow this JID to subscribe to this pubsub node?")
                        .with(DataForm.value("false")));
        target.host().send(
                new Message(Message.Type.NORMAL, target.host().jid(), owner, RandomIds.next(), "", Payload.of(form)));
    }

    static boolean isDecision(Message message) {
        return message.child(DataForm.NS, "x")
                .filter(x -> x.attribute("type").filter(t -> t.equals("submit") || t.equals("cancel")).isPresent())
                .filter(x -> x.children().stream()
                        .anyMatch(f -> f.attribute("var").filter("FORM_TYPE"::equals).isPresent()
                                && f.childText("value").filter(FORM::equals).isPresent()))
                .isPresent();
    }

    /** Applies an owner's decision (§8.6.2). */
    void decide(PubSubHost host, Message message) {
        if (message.child(DataForm.NS, "x").flatMap(x -> x.attribute("type")).filter("cancel"::equals).isPresent())
            return; // the subscription stays pending
        var form = DataForm.in(message.toElement()).orElseThrow();
        var target = access.require(host, form.first(NODE).orElse(""), message.from(), NodeOperation.ADMINISTER);
        var subscriber = PubSubXml.address(form.first(SUBSCRIBER).orElse(""));
        var s = stores.subscriptions().of(target.node().id(), subscriber)
                .filter(existing -> existing.status() == Status.PENDING).orElseThrow(PubSubErrors::noSuchNode);
        if (form.first(SUBSCRIPTION_ID).filter(id -> !id.equals(s.id())).isPresent()) throw PubSubErrors.noSuchNode();
        boolean allowed = form.first(ALLOW).filter(v -> v.equals("true") || v.equals("1")).isPresent();
        change(target, s, allowed ? Status.SUBSCRIBED : null);
    }

    /**
     * Changes a subscription for an owner, and notifies the subscriber (§8.8.4).
     *
     * @param status the new status; null ends the subscription
     */
    void change(Target target, Subscription s, @Nullable Status status) {
        if (status == null) stores.subscriptions().remove(target.node().id(), s.subscriber());
        else stores.subscriptions().put(target.node().id(),
                new Subscription(s.subscriber(), s.id(), status, s.options()));
        send(target, s.subscriber(),
                subscription(target, s.subscriber(), status == null ? "none" : SubscribeHandler.name(status)));
        boolean begins = status == Status.SUBSCRIBED && target.config().sendLast() != SendLastItem.NEVER
                && target.config().is(NodeConfigField.DELIVER_NOTIFICATIONS);
        if (begins && mayRead(target, s.subscriber())) retrieveHandler.last(target)
                .ifPresent(item -> target.host().send(
                        Notifier.lastItem(target.host().jid(), s.subscriber(), target.node().name(), target.config(),
                                item)));
    }

    /** An owner can subscribe an entity that may not read the node, for example without a place on its whitelist. */
    private boolean mayRead(Target target, Jid subscriber) {
        return access.find(target.host(), target.node().name(), subscriber)
                .filter(t -> t.judge(NodeOperation.RETRIEVE) == AccessDecision.YES).isPresent();
    }

    /** Tells owners about a new or ended subscription, if the node's configuration says so. */
    void notifyOwners(Target target, Subscription s, String state) {
        if (target.config().is(NodeConfigField.NOTIFY_SUB))
            for (Jid owner : owners(target)) send(target, owner, subscription(target, s.subscriber(), state));
    }

    private static Element subscription(Target target, Jid subscriber, String state) {
        return Element.of(PubSubXml.EVENT, "subscription").with("node", target.node().name()).with("jid", subscriber)
                .with("subscription", state);
    }

    private static void send(Target target, Jid recipient, Element event) {
        target.host().send(Notifier.message(target.host().jid(), target.config(), event).withTo(recipient));
    }

    // ---- all pending subscriptions (§8.7)

    /** Returns the command that shows an owner the pending subscriptions at the host that receives it. */
    AdHocCommand command(Predicate<Query> allowed, Function<Query, PubSubHost> hosts) {
        return new AdHocCommand(PubSubXml.NS + "#get-pending", "Pending subscription requests", allowed,
                (query, _) -> pending(hosts, query));
    }

    /** Offers the nodes with pending subscriptions. Then sends the requests for the chosen node once more. */
    private AdHocCommand.Outcome pending(Function<Query, PubSubHost> hosts, Query query) {
        var requester = query.iq().from();
        var host = hosts.apply(query);
        var nodes = pending(host, requester);
        if (nodes.isEmpty() && !isOwner(host, requester)) throw new StanzaException(Condition.FORBIDDEN.plain());
        if (nodes.isEmpty())
            return new AdHocCommand.Outcome.Done(List.of(), "no subscription is waiting for your approval");
        var field = DataForm.field(NODE, "list-single").with("label", "Node ID").with(nodes.stream()
                .map(t -> Element.of(DataForm.NS, "option").with(DataForm.value(t.node().name()))).toList());
        return new AdHocCommand.Outcome.Ask(DataForm.blank(FORM, field), true, (answer, chosen) -> {
            var node = chosen.flatMap(f -> f.first(NODE)).orElse("");
            var target = pending(hosts.apply(answer), requester).stream().filter(t -> t.node().name().equals(node))
                    .findFirst().orElseThrow(PubSubErrors::noSuchNode);
            pendingSubscriptions(target).forEach(s -> askOwner(target, s, requester.bare()));
            return new AdHocCommand.Outcome.Done(List.of(), "");
        });
    }

    /** Returns the nodes that the requester owns and that have pending subscriptions. */
    private List<Target> pending(PubSubHost host, Jid requester) {
        var own = host.relationOf(requester).affiliation() == Affiliation.OWNER
                ? stores.nodes().list(host.owner(), "", MOST).stream().map(Nodes.Node::name)
                : stores.affiliations().across(host.owner(), requester.bare(), MOST).stream()
                        .filter(at -> at.affiliation() == Affiliation.OWNER).map(NodeAffiliations.At::node);
        return own.flatMap(name -> access.find(host, name, requester).stream())
                .filter(target -> target.config().access() == AccessModel.AUTHORIZE
                        && !pendingSubscriptions(target).isEmpty())
                .toList();
    }

    private boolean isOwner(PubSubHost host, Jid requester) {
        return host.relationOf(requester).affiliation() == Affiliation.OWNER
                || stores.affiliations().across(host.owner(), requester.bare(), Integer.MAX_VALUE).stream()
                        .anyMatch(at -> at.affiliation() == Affiliation.OWNER);
    }

    private List<Subscription> pendingSubscriptions(Target target) {
        return stores.subscriptions().all(target.node().id()).stream().filter(s -> s.status() == Status.PENDING)
                .toList();
    }
}
