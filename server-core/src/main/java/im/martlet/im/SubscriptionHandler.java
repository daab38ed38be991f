package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles presence subscriptions (RFC 6121 §3). {@link SubscriptionStates} decides; this class stores the result,
 * pushes it to clients, and routes or delivers the stanza. On the account's mailbox.
 */
public final class SubscriptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionHandler.class);
    private static final String UNCHANGED = "the stanza does not change the subscription";

    private final Rosters rosters;
    private final Provider<RosterLimit> limit; // a reload may change it
    private final Router router;

    @Inject SubscriptionHandler(Rosters rosters, Provider<RosterLimit> limit, Router router) {
        this.rosters = rosters;
        this.limit = limit;
        this.router = router;
    }

    /** Handles a subscription stanza that the user sends. */
    public void outbound(Account account, Presence presence, StanzaTransaction transaction) {
        var contact = Objects.requireNonNull(presence.to()).bare();
        if (contact.equals(account.jid())) {
            Decision.DROPPED.log(LOG, "an account sees its own presence without a subscription", account.jid(),
                    presence);
            return;
        }
        var contacts = Contacts.of(account, rosters);
        var before = contacts.get(contact);
        var outcome = SubscriptionStates.sent(presence.type(), before);
        if (!contacts.isKnown(contact) && !outcome.item().equals(before)) limit.get().checkRoom(contacts);
        // store first, because the contact must not see a change that is not stored
        changed(account, contacts, before, outcome.item());
        if (outcome.passes()) // §3.1.2: with bare addresses
            router.route(presence.withFrom(account.jid()).withTo(contact), transaction);
        else Decision.DROPPED.log(LOG, UNCHANGED, account.jid(), presence);
        followPresence(account, before, outcome.item());
    }

    /** Handles a subscription stanza of a contact. Returns the sessions that got it. */
    List<Session> inbound(Account account, Presence presence) {
        var contact = presence.from().bare();
        var contacts = Contacts.of(account, rosters);
        var before = contacts.get(contact);
        var stamped = presence.withFrom(contact).withTo(account.jid());
        var outcome = SubscriptionStates.received(presence.type(), before, stamped.toElement().toString());
        if (!outcome.passes()) Decision.DROPPED.log(LOG, UNCHANGED, account.jid(), presence);
        else if (!contacts.isKnown(contact)) limit.get().checkRoom(contacts);
        var reached = outcome.passes() ? audience(account, presence.type()) : List.<Session>of();
        store(contacts, before, outcome.item());
        reached.forEach(session -> session.send(stamped));
        if (outcome.autoReply()) router.route(Presence.of(Presence.Type.SUBSCRIBED, account.jid(), contact));
        push(account, contacts, before, outcome.item()); // §3.1.6: after the stanza
        followPresence(account, before, outcome.item());
        return reached;
    }

    /**
     * Handles the error that answers a subscription request of the user. The request did not reach the contact. After
     * an error of type wait the request stays open, and the server sends it again when the user comes back (§3.1.2).
     * Any other error ends the request. Returns the sessions that got the error.
     */
    List<Session> requestFailed(Account account, Presence error) {
        var contacts = Contacts.of(account, rosters);
        var before = contacts.get(error.from());
        if (!before.pendingOut()) {
            Decision.DROPPED.log(LOG, "the account has no open subscription request to this contact", account.jid(),
                    error);
            return List.of();
        }
        var after =
                error.child(Stanza.CLIENT, "error").flatMap(e -> e.attribute("type")).filter("wait"::equals).isPresent()
                        ? before : SubscriptionStates.refused(before);
        var reached = audience(account, error.type());
        store(contacts, before, after);
        reached.forEach(session -> session.send(error));
        push(account, contacts, before, after);
        return reached;
    }

    /** Returns the unanswered requests of the account, to be sent again, because earlier ones may be lost (§3.1.2). */
    static List<Presence> openRequests(Account account, Rosters rosters) {
        return Contacts.of(account, rosters).all().stream().filter(Item::pendingOut)
                .map(item -> new Presence(Presence.Type.SUBSCRIBE, account.jid(), item.contact(), RandomIds.next(), "",
                        Payload.EMPTY))
                .toList();
    }

    /** §3.1.3: a request goes to each available resource, other stanzas only to resources that requested the roster. */
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
        else contacts.remove(after.contact()); // the contact is a stranger again
    }

    private static void push(Account account, Contacts contacts, Item before, Item after) {
        if (after.listed() && !after.equals(before)) RosterXml.push(account, contacts.version(), RosterXml.item(after));
    }

    /**
     * Sends the user's presence to a contact that may see it from now on, or unavailable presence to a contact that may
     * not any more (§3.1.5, §3.2.2, §3.3.3).
     */
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

    /** Ends the subscriptions in both directions, before a contact is removed from the roster (§2.5.2). */
    public void cancelSubscriptions(Account account, Item item) {
        var contact = item.contact();
        if (item.subscription().hasTo() || item.pendingOut())
            router.route(Presence.of(Presence.Type.UNSUBSCRIBE, account.jid(), contact));
        if (!item.subscription().hasFrom() && !item.pendingIn()) return;
        router.route(Presence.of(Presence.Type.UNSUBSCRIBED, account.jid(), contact));
        followPresence(account, item, SubscriptionStates.stranger(contact));
    }

    /** The number of contacts that a roster may have. */
    public record RosterLimit(int items) {
        void checkRoom(Contacts contacts) {
            if (contacts.size() >= items) throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT.because("a roster can have at most " + items + " contacts"));
        }
    }

    /** Returns the requests to the user that wait for an answer, for a session that became available (§3.1.3). */
    static List<String> waitingRequests(Account account, Rosters rosters) {
        return Contacts.of(account, rosters).all().stream().flatMap(item -> item.request().stream()).toList();
    }

    /** Returns true if a contact may see the presence of an account. */
    static boolean maySee(Account account, Jid contact, Rosters rosters) {
        return contact.bare().equals(account.jid())
                || Contacts.of(account, rosters).get(contact).subscription().hasFrom();
    }
}
