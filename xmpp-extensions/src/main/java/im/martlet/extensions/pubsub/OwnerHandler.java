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

/** Owners see and change who is subscribed and affiliated (XEP-0060 §8.8, §8.9). */
final class OwnerHandler {
    private static final int MOST_AFFILIATED = 10_000; // all are read with every publication
    private static final int MOST = 1000; // changes in one request

    private final PubSubStores stores;
    private final NodeAccess desk;
    private final SubscriptionApprovals approvals;

    @Inject OwnerHandler(PubSubStores stores, NodeAccess desk, SubscriptionApprovals approvals) {
        this.stores = stores;
        this.desk = desk;
        this.approvals = approvals;
    }

    // ---- subscriptions (§8.8)

    Element subscriptions(PubSubHost place, Jid who, Element asked) {
        var target = desk.find(place, PubSubXml.node(asked), who, NodeOperation.ADMINISTER);
        return Element.of(PubSubXml.OWNER, "subscriptions").with("node", target.node().name())
                .with(SubscribeHandler.current(stores, target.node().id()).stream()
                        .filter(s -> s.status() != Status.PENDING) // §8.8.1.2: those are asked about (§8.7)
                        .map(s -> Element.of(PubSubXml.OWNER, "subscription").with("jid", s.subscriber())
                                .with("subid", s.id()).with("subscription", SubscribeHandler.name(s.status())))
                        .toList());
    }

    /** What can be is done; the rest is answered as it is (§8.8.2.4). */
    Optional<Element> setSubscriptions(PubSubHost place, Jid who, Element asked) {
        var target = desk.find(place, PubSubXml.node(asked), who, NodeOperation.ADMINISTER);
        var failed = new ArrayList<Element>();
        wanted(asked, "subscription").forEach((subscriber, state) -> {
            var status = Stream.of(Status.values()).filter(s -> SubscribeHandler.name(s).equals(state)).findFirst();
            if (status.isPresent() || state.equals("none")) change(target, subscriber, status.orElse(null));
            else failed.add(Element.of(PubSubXml.OWNER, "subscription").with("jid", subscriber)
                    .with("subscription", stores.subscriptions().of(target.node().id(), subscriber)
                            .map(s -> SubscribeHandler.name(s.status())).orElse("none")));
        });
        return failed(asked, failed);
    }

    /** What an owner wants of whom; who is to stay as they are is not in it (§8.8.2, §8.9.2). */
    private static Map<Jid, String> wanted(Element asked, String name) {
        var wanted = new LinkedHashMap<Jid, String>();
        for (Element e : PubSubXml.children(asked, name)) {
            var entity = name.equals("affiliation") ? PubSubXml.address(e).bare() : PubSubXml.address(e);
            if (e.attribute(name).isPresent() && wanted.put(entity, e.attribute(name).get()) != null)
                throw StanzaException.badRequest("an address comes once");
        }
        if (wanted.size() > MOST)
            throw new StanzaException(Condition.POLICY_VIOLATION.because("more than " + MOST + " changes"));
        return wanted;
    }

    private static Optional<Element> failed(Element asked, List<Element> failed) {
        return failed.isEmpty() ? Optional.empty() : Optional
                .of(Element.of(PubSubXml.OWNER, asked.name()).with("node", PubSubXml.node(asked)).with(failed));
    }

    private void change(Target target, Jid subscriber, @Nullable Status status) {
        var known = stores.subscriptions().of(target.node().id(), subscriber);
        if (known.map(Subscription::status).orElse(null) == status) return;
        if (known.isEmpty()) SubscribeHandler.checkRoom(stores, target.node().id());
        approvals.become(target,
                known.orElseGet(() -> new Subscription(subscriber, RandomIds.next(), Status.PENDING, "")), status);
    }

    // ---- affiliations (§8.9)

    Element affiliations(PubSubHost place, Jid who, Element asked) {
        var target = desk.find(place, PubSubXml.node(asked), who, NodeOperation.ADMINISTER);
        var all = new LinkedHashMap<Jid, Affiliation>();
        if (place.jid().hasLocal()) all.put(place.jid(), Affiliation.OWNER);
        all.putAll(stores.affiliations().all(target.node().id()));
        return Element.of(PubSubXml.OWNER, "affiliations").with("node", target.node().name())
                .with(all.entrySet().stream()
                        .map(e -> Element.of(PubSubXml.OWNER, "affiliation").with("jid", e.getKey()).with("affiliation",
                                SubscribeHandler.name(e.getValue())))
                        .toList());
    }

    /** What can be is done; the rest is answered as it is (§8.9.2.4). */
    Optional<Element> setAffiliations(PubSubHost place, Jid who, Element asked) {
        var target = desk.find(place, PubSubXml.node(asked), who, NodeOperation.ADMINISTER);
        var wanted = new LinkedHashMap<Jid, Affiliation>();
        var failed = new LinkedHashSet<Jid>();
        wanted(asked, "affiliation").forEach((entity, name) -> affiliation(name)
                .ifPresentOrElse(a -> wanted.put(entity, a), () -> failed.add(entity)));
        var now = stores.affiliations().all(target.node().id());
        if (now.size() + wanted.size() > MOST_AFFILIATED)
            throw PubSubErrors.tooMuch("at most " + MOST_AFFILIATED + " entities are affiliated with a node");
        wanted.forEach((entity, affiliation) -> {
            if (!mayBecome(now.getOrDefault(entity, Affiliation.NONE), affiliation)) failed.add(entity);
        });
        failed.addAll(ownersToStay(target, now, wanted));
        wanted.forEach(
                (entity, affiliation) -> { if (!failed.contains(entity)) affiliate(target, entity, affiliation); });
        return failed(asked, failed.stream().map(entity -> Element.of(PubSubXml.OWNER, "affiliation")
                .with("jid", entity)
                .with("affiliation", SubscribeHandler.name(
                        entity.equals(place.jid()) ? Affiliation.OWNER : now.getOrDefault(entity, Affiliation.NONE))))
                .toList());
    }

    private static Optional<Affiliation> affiliation(String text) {
        return Stream.of(Affiliation.values()).filter(a -> SubscribeHandler.name(a).equals(text)).findFirst();
    }

    /** §4.1, §8.9.2.4: owners resign before they become anything less, and publishers before they become members. */
    private static boolean mayBecome(Affiliation now, Affiliation wanted) {
        return switch (now) {
            case OWNER -> wanted == Affiliation.OWNER || wanted == Affiliation.NONE;
            case PUBLISHER -> wanted != Affiliation.MEMBER;
            case PUBLISH_ONLY, MEMBER, NONE, OUTCAST -> true;
        };
    }

    /** A node has an owner always; and an account owns its own. */
    private static Collection<Jid> ownersToStay(Target target, Map<Jid, Affiliation> now,
            Map<Jid, Affiliation> wanted) {
        var account = target.place().jid();
        if (account.hasLocal())
            return wanted.getOrDefault(account, Affiliation.OWNER) == Affiliation.OWNER ? List.of() : List.of(account);
        var after = new HashMap<>(now);
        after.putAll(wanted);
        return after.containsValue(Affiliation.OWNER) ? List.of()
                : wanted.keySet().stream().filter(entity -> now.get(entity) == Affiliation.OWNER).toList();
    }

    private void affiliate(Target target, Jid entity, Affiliation affiliation) {
        if (entity.equals(target.place().jid())) return;
        stores.affiliations().put(target.node().id(), entity, affiliation);
        boolean outcast = affiliation == Affiliation.OUTCAST; // is told nothing more
        boolean approved = AccessRules.judge(NodeOperation.SUBSCRIBE,
                new NodeRelation(affiliation, false, Set.of(), false), target.config()) == AccessDecision.YES; // §8.7.4: and need not wait
        if (outcast || approved) for (var to : stores.subscriptions().across(target.place().owner(), entity, MOST))
            if (to.node().equals(target.node().name()) && (outcast || to.subscription().status() == Status.PENDING))
                approvals.become(target, to.subscription(), outcast ? null : Status.SUBSCRIBED);
    }
}
