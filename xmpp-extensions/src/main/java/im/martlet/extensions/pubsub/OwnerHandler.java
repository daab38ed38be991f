package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.extensions.pubsub.rules.AccessRules;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeSubscriptions.Status;
import im.martlet.storage.pubsub.NodeSubscriptions.Subscription;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lets owners see and change the subscribers and affiliations of a node (XEP-0060 §8.8, §8.9). */
final class OwnerHandler {
    private static final int MOST_AFFILIATED = 10_000; // each publication reads all of them
    private static final int MOST = 1000; // changes in one request

    private final PubSubStores stores;
    private final NodeAccess access;
    private final SubscriptionApprovals approvals;

    @Inject OwnerHandler(PubSubStores stores, NodeAccess access, SubscriptionApprovals approvals) {
        this.stores = stores;
        this.access = access;
        this.approvals = approvals;
    }

    // ---- subscriptions (§8.8)

    Element subscriptions(PubSubHost host, Jid requester, Element request) {
        var target = access.require(host, PubSubXml.node(request), requester, NodeOperation.ADMINISTER);
        return Element.of(PubSubXml.OWNER, "subscriptions").with("node", target.node().name())
                .with(SubscribeHandler.current(stores, target.node().id()).stream()
                        .filter(s -> s.status() != Status.PENDING) // §8.8.1.2, §8.7
                        .map(s -> Element.of(PubSubXml.OWNER, "subscription").with("jid", s.subscriber())
                                .with("subid", s.id()).with("subscription", SubscribeHandler.name(s.status())))
                        .toList());
    }

    /**
     * Makes the changes that are possible.
     *
     * @return the present state of the subscriptions that were not changed (§8.8.2.4)
     */
    Optional<Element> setSubscriptions(PubSubHost host, Jid requester, Element request) {
        var target = access.require(host, PubSubXml.node(request), requester, NodeOperation.ADMINISTER);
        var failed = new ArrayList<Element>();
        changes(request, "subscription").forEach((subscriber, state) -> {
            var status = Stream.of(Status.values()).filter(s -> SubscribeHandler.name(s).equals(state)).findFirst();
            if (status.isPresent() || state.equals("none")) change(target, subscriber, status.orElse(null));
            else failed.add(Element.of(PubSubXml.OWNER, "subscription").with("jid", subscriber)
                    .with("subscription", stores.subscriptions().of(target.node().id(), subscriber)
                            .map(s -> SubscribeHandler.name(s.status())).orElse("none")));
        });
        return failed(request, failed);
    }

    /** Reads the requested states by address. Skips entries without a state (§8.8.2, §8.9.2). */
    private static Map<Jid, String> changes(Element request, String name) {
        var changes = new LinkedHashMap<Jid, String>();
        for (Element e : PubSubXml.children(request, name)) {
            var entity = name.equals("affiliation") ? PubSubXml.address(e).bare() : PubSubXml.address(e);
            if (e.attribute(name).isPresent() && changes.put(entity, e.attribute(name).get()) != null)
                throw StanzaException.badRequest("each address may occur only once");
        }
        if (changes.size() > MOST)
            throw new StanzaException(
                    Condition.POLICY_VIOLATION.because("a request may have at most " + MOST + " changes"));
        return changes;
    }

    private static Optional<Element> failed(Element request, List<Element> failed) {
        return failed.isEmpty() ? Optional.empty() : Optional
                .of(Element.of(PubSubXml.OWNER, request.name()).with("node", PubSubXml.node(request)).with(failed));
    }

    private void change(Target target, Jid subscriber, @Nullable Status status) {
        var existing = stores.subscriptions().of(target.node().id(), subscriber);
        if (existing.map(Subscription::status).orElse(null) == status) return;
        if (existing.isEmpty()) SubscribeHandler.checkCapacity(stores, target.node().id());
        approvals.change(target,
                existing.orElseGet(() -> new Subscription(subscriber, RandomIds.next(), Status.PENDING, "")), status);
    }

    // ---- affiliations (§8.9)

    Element affiliations(PubSubHost host, Jid requester, Element request) {
        var target = access.require(host, PubSubXml.node(request), requester, NodeOperation.ADMINISTER);
        var all = new LinkedHashMap<Jid, Affiliation>();
        if (host.jid().hasLocal()) all.put(host.jid(), Affiliation.OWNER);
        all.putAll(stores.affiliations().all(target.node().id()));
        return Element.of(PubSubXml.OWNER, "affiliations").with("node", target.node().name())
                .with(all.entrySet().stream()
                        .map(e -> Element.of(PubSubXml.OWNER, "affiliation").with("jid", e.getKey()).with("affiliation",
                                SubscribeHandler.name(e.getValue())))
                        .toList());
    }

    /**
     * Makes the changes that are possible.
     *
     * @return the present affiliations that were not changed (§8.9.2.4)
     */
    Optional<Element> setAffiliations(PubSubHost host, Jid requester, Element request) {
        var target = access.require(host, PubSubXml.node(request), requester, NodeOperation.ADMINISTER);
        var changes = new LinkedHashMap<Jid, Affiliation>();
        var failed = new LinkedHashSet<Jid>();
        changes(request, "affiliation").forEach((entity, name) -> affiliation(name)
                .ifPresentOrElse(a -> changes.put(entity, a), () -> failed.add(entity)));
        var now = stores.affiliations().all(target.node().id());
        if (now.size() + changes.size() > MOST_AFFILIATED)
            throw PubSubErrors.tooMuch("a node may have at most " + MOST_AFFILIATED + " affiliations");
        changes.forEach((entity, affiliation) -> {
            if (!mayBecome(now.getOrDefault(entity, Affiliation.NONE), affiliation)) failed.add(entity);
        });
        failed.addAll(ownersToStay(target, now, changes));
        changes.forEach(
                (entity, affiliation) -> { if (!failed.contains(entity)) affiliate(target, entity, affiliation); });
        return failed(request, failed.stream().map(entity -> Element.of(PubSubXml.OWNER, "affiliation")
                .with("jid", entity)
                .with("affiliation", SubscribeHandler.name(
                        entity.equals(host.jid()) ? Affiliation.OWNER : now.getOrDefault(entity, Affiliation.NONE))))
                .toList());
    }

    private static Optional<Affiliation> affiliation(String text) {
        return Stream.of(Affiliation.values()).filter(a -> SubscribeHandler.name(a).equals(text)).findFirst();
    }

    /**
     * Returns whether an affiliation can change directly. An owner must resign before it gets another one, and a
     * publisher before it becomes a member (§4.1, §8.9.2.4).
     */
    private static boolean mayBecome(Affiliation now, Affiliation changes) {
        return switch (now) {
            case OWNER -> changes == Affiliation.OWNER || changes == Affiliation.NONE;
            case PUBLISHER -> changes != Affiliation.MEMBER;
            case PUBLISH_ONLY, MEMBER, NONE, OUTCAST -> true;
        };
    }

    /** Returns the owners that must stay: a node always has an owner, and an account owns its own nodes. */
    private static Collection<Jid> ownersToStay(Target target, Map<Jid, Affiliation> now,
            Map<Jid, Affiliation> changes) {
        var account = target.host().jid();
        if (account.hasLocal())
            return changes.getOrDefault(account, Affiliation.OWNER) == Affiliation.OWNER ? List.of() : List.of(account);
        var after = new HashMap<>(now);
        after.putAll(changes);
        return after.containsValue(Affiliation.OWNER) ? List.of()
                : changes.keySet().stream().filter(entity -> now.get(entity) == Affiliation.OWNER).toList();
    }

    private void affiliate(Target target, Jid entity, Affiliation affiliation) {
        if (entity.equals(target.host().jid())) return;
        stores.affiliations().put(target.node().id(), entity, affiliation);
        boolean outcast = affiliation == Affiliation.OUTCAST; // an outcast gets no more notifications
        // §8.7.4: an affiliation that allows subscriptions also approves a pending one
        boolean approved = AccessRules.judge(NodeOperation.SUBSCRIBE,
                new NodeRelation(affiliation, false, Set.of(), false), target.config()) == AccessDecision.YES;
        if (outcast || approved) for (var to : stores.subscriptions().across(target.host().owner(), entity, MOST))
            if (to.node().equals(target.node().name()) && (outcast || to.subscription().status() == Status.PENDING))
                approvals.change(target, to.subscription(), outcast ? null : Status.SUBSCRIBED);
    }
}
