package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.Desk.Target;
import im.martlet.extensions.pubsub.rules.Operation;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.Affiliations.Affiliation;
import im.martlet.storage.Subscriptions.Status;
import im.martlet.storage.Subscriptions.Subscription;
import im.martlet.stream.StreamIds;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Owners see and change who is subscribed and affiliated (XEP-0060 §8.8, §8.9). */
final class Administering {
    private static final int MOST = 1000; // changes in one request

    private final Stores stores;
    private final Desk desk;
    private final Approvals approvals;

    @Inject Administering(Stores stores, Desk desk, Approvals approvals) {
        this.stores = stores;
        this.desk = desk;
        this.approvals = approvals;
    }

    // ---- subscriptions (§8.8)

    Element subscriptions(Place place, Jid who, Element asked) {
        var target = desk.find(place, Wire.node(asked), who, Operation.ADMINISTER);
        return Element.of(Wire.OWNER, "subscriptions").with("node", target.node().name()).with(Subscribing.current(stores, target.node().id()).stream()
                .map(s -> Element.of(Wire.OWNER, "subscription").with("jid", s.subscriber()).with("subid", s.id()).with("subscription", Subscribing.name(s.status()))).toList());
    }

    void setSubscriptions(Place place, Jid who, Element asked) {
        var target = desk.find(place, Wire.node(asked), who, Operation.ADMINISTER);
        var wanted = new LinkedHashMap<Jid, Optional<Status>>();
        for (Element e : Wire.children(asked, "subscription")) wanted.put(Wire.address(e), status(e.attribute("subscription").orElse("")));
        if (wanted.size() > MOST) throw new StanzaException(Condition.POLICY_VIOLATION.because("more than " + MOST + " changes"));
        wanted.forEach((subscriber, status) -> change(target, subscriber, status.orElse(null)));
    }

    private static Optional<Status> status(String text) {
        if (text.equals("none")) return Optional.empty();
        return Optional.of(Stream.of(Status.values()).filter(s -> Subscribing.name(s).equals(text)).findFirst()
                .orElseThrow(() -> StanzaException.badRequest("a subscription is none, pending, unconfigured or subscribed")));
    }

    private void change(Target target, Jid subscriber, @Nullable Status status) {
        var known = stores.subscriptions().of(target.node().id(), subscriber);
        if (known.map(Subscription::status).orElse(null) == status) return;
        approvals.become(target, known.orElseGet(() -> new Subscription(subscriber, StreamIds.next(), Status.PENDING, "")), status);
    }

    // ---- affiliations (§8.9)

    Element affiliations(Place place, Jid who, Element asked) {
        var target = desk.find(place, Wire.node(asked), who, Operation.ADMINISTER);
        var all = new LinkedHashMap<Jid, Affiliation>();
        if (place.jid().hasLocal()) all.put(place.jid(), Affiliation.OWNER);
        all.putAll(stores.affiliations().all(target.node().id()));
        return Element.of(Wire.OWNER, "affiliations").with("node", target.node().name()).with(all.entrySet().stream()
                .map(e -> Element.of(Wire.OWNER, "affiliation").with("jid", e.getKey()).with("affiliation", Subscribing.name(e.getValue()))).toList());
    }

    /** All of it or, when something in it may not be, nothing. */
    void setAffiliations(Place place, Jid who, Element asked) {
        var target = desk.find(place, Wire.node(asked), who, Operation.ADMINISTER);
        var wanted = new LinkedHashMap<Jid, Affiliation>();
        for (Element e : Wire.children(asked, "affiliation")) wanted.put(Wire.address(e).bare(), affiliation(e.attribute("affiliation").orElse("")));
        if (wanted.size() > MOST) throw new StanzaException(Condition.POLICY_VIOLATION.because("more than " + MOST + " changes"));
        checkThatSomebodyOwns(target, wanted);
        wanted.forEach((entity, affiliation) -> affiliate(target, entity, affiliation));
    }

    private static Affiliation affiliation(String text) {
        return Stream.of(Affiliation.values()).filter(a -> Subscribing.name(a).equals(text)).findFirst()
                .orElseThrow(() -> StanzaException.badRequest("an affiliation is owner, publisher, publish-only, member, none or outcast"));
    }

    /** §8.9.2.4: a node has an owner always; and an account owns its own. */
    private void checkThatSomebodyOwns(Target target, Map<Jid, Affiliation> wanted) {
        var place = target.place();
        if (place.jid().hasLocal()) {
            if (wanted.getOrDefault(place.jid(), Affiliation.OWNER) != Affiliation.OWNER) throw new StanzaException(Condition.NOT_ACCEPTABLE.because("an account owns its nodes"));
            return;
        }
        var after = new HashMap<>(stores.affiliations().all(target.node().id()));
        after.putAll(wanted);
        if (!after.containsValue(Affiliation.OWNER)) throw new StanzaException(Condition.NOT_ACCEPTABLE.because("a node has an owner"));
    }

    private void affiliate(Target target, Jid entity, Affiliation affiliation) {
        if (entity.equals(target.place().jid())) return;
        stores.affiliations().put(target.node().id(), entity, affiliation);
        if (affiliation != Affiliation.OUTCAST) return;
        for (var to : stores.subscriptions().across(target.place().owner(), entity, MOST)) // §8.9.2: and is told nothing more
            if (to.node().equals(target.node().name())) approvals.become(target, to.subscription(), null);
    }
}
