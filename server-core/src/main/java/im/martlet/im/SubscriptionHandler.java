package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.account.Rosters.Item;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Objects;

/**
 * Managing subscriptions (RFC 6121 §3): what {@link SubscriptionStates} decides is stored, pushed, routed and delivered
 * here.
 */
public final class SubscriptionHandler {
    private final Rosters rosters;
    private final Provider<RosterLimit> limit; // which may change
    private final Router router;

    @Inject SubscriptionHandler(Rosters rosters, Provider<RosterLimit> limit, Router router) {
        this.rosters = rosters;
        this.limit = limit;
        this.router = router;
    }

    /** The user sends a subscription stanza. */
    public void outbound(Account account, Presence presence, StanzaTransaction transaction) {
        var contact = Objects.requireNonNull(presence.to()).bare();
        if (contact.equals(account.jid())) return; // everybody sees their own presence as it is
        var contacts = Contacts.of(account, rosters);
        var before = contacts.get(contact);
        var outcome = SubscriptionStates.sent(presence.type(), before);
        if (!contacts.isKnown(contact) && !outcome.item().equals(before)) limit.get().checkRoom(contacts);
        changed(account, contacts, before, outcome.item()); // first: what could not be stored must not be told to others
        if (outcome.passes()) router.route(presence.withFrom(account.jid()).withTo(contact), transaction); // §3.1.2: bare addresses
        followPresence(account, before, outcome.item());
    }

    /** A contact's subscription stanza has come; answers who has seen it. */
    List<Session> inbound(Account account, Presence presence) {
        var contact = presence.from().bare();
        var contacts = Contacts.of(account, rosters);
        var before = contacts.get(contact);
        var stamped = presence.withFrom(contact).withTo(account.jid());
        var outcome = SubscriptionStates.received(presence.type(), before, stamped.toElement().toString());
        if (outcome.passes() && !contacts.isKnown(contact)) limit.get().checkRoom(contacts);
        var reached = outcome.passes() ? audience(account, presence.type()) : List.<Session>of();
        store(contacts, before, outcome.item());
        reached.forEach(session -> session.send(stamped));
        if (outcome.autoReply()) router.route(Presence.of(Presence.Type.SUBSCRIBED, account.jid(), contact));
        push(account, contacts, before, outcome.item()); // §3.1.6: after the stanza
        followPresence(account, before, outcome.item());
        return reached;
    }

    /**
     * A request that the user has made is answered with an error: it has reached nobody. An error that calls for
     * waiting leaves the request open, to be made again when the user comes back (§3.1.2); any other ends it. Answers
     * who has seen it.
     */
    List<Session> failed(Account account, Presence error) {
        var contacts = Contacts.of(account, rosters);
        var before = contacts.get(error.from());
        if (!before.pendingOut()) return List.of();
        var after =
                error.child(Stanza.CLIENT, "error").flatMap(e -> e.attribute("type")).filter("wait"::equals).isPresent()
                        ? before : SubscriptionStates.refused(before);
        var reached = audience(account, error.type());
        store(contacts, before, after);
        reached.forEach(session -> session.send(error));
        push(account, contacts, before, after);
        return reached;
    }

    /** §3.1.2: the requests that nobody has answered, to be made again: an earlier one may have been lost. */
    static List<Presence> openRequests(Account account, Rosters rosters) {
        return Contacts.of(account, rosters).all().stream().filter(Item::pendingOut)
                .map(item -> new Presence(Presence.Type.SUBSCRIBE, account.jid(), item.contact(), RandomIds.next(), "",
                        Payload.EMPTY))
                .toList();
    }

    /** §3.1.3: a request goes to every available resource, anything else to those that know the roster. */
    private static List<Session> audience(Account account, Presence.Type type) {
        return type == Presence.Type.SUBSCRIBE ? account.availableSessions()
                : account.sessions().stream().filter(s -> s.get(RosterXml.INTERESTED)).toList();
    }

    private static void changed(Account account, Contacts contacts, Item before, Item after) {
        store(contacts, before, after);
        push(account, contacts, before, after);
    }

    private static void store(Contacts contacts, Item before, Item after) {
        if (after.equals(before)) return;
        if (after.listed() || after.pendingIn()) contacts.put(after);
        else contacts.remove(after.contact()); // nothing is left to know of a stranger
    }

    private static void push(Account account, Contacts contacts, Item before, Item after) {
        if (after.listed() && !after.equals(before)) RosterXml.push(account, contacts.version(), RosterXml.item(after));
    }

    /** Who may see the user's presence now is shown it; who may no longer sees it go (§3.1.5, §3.2.2, §3.3.3). */
    private void followPresence(Account account, Item before, Item after) {
        boolean could = before.subscription().hasFrom();
        boolean can = after.subscription().hasFrom();
        if (could == can) return;
        for (Session session : account.availableSessions()) {
            var presence = can ? session.presence().orElseThrow()
                    : Presence.of(Presence.Type.UNAVAILABLE, session.jid(), after.contact());
            router.route(presence.withTo(after.contact()));
        }
    }

    /** Ends both directions before a contact is removed from the roster (§2.5.2). */
    public void part(Account account, Item item) {
        var contact = item.contact();
        if (item.subscription().hasTo() || item.pendingOut())
            router.route(Presence.of(Presence.Type.UNSUBSCRIBE, account.jid(), contact));
        if (!item.subscription().hasFrom() && !item.pendingIn()) return;
        router.route(Presence.of(Presence.Type.UNSUBSCRIBED, account.jid(), contact));
        followPresence(account, item, SubscriptionStates.stranger(contact));
    }

    /** How many contacts a roster may have. */
    public record RosterLimit(int items) {
        void checkRoom(Contacts contacts) {
            if (contacts.size() >= items) throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT.because("a roster holds " + items + " contacts"));
        }
    }

    /** Requests that nobody has answered yet, for a session that has just become available (§3.1.3). */
    static List<String> waitingRequests(Account account, Rosters rosters) {
        return Contacts.of(account, rosters).all().stream().flatMap(item -> item.request().stream()).toList();
    }

    /** Whether a contact may see the presence of an account. */
    static boolean maySee(Account account, Jid contact, Rosters rosters) {
        return contact.bare().equals(account.jid())
                || Contacts.of(account, rosters).get(contact).subscription().hasFrom();
    }
}
