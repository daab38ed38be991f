package im.martlet.im;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.OWN_ACCOUNT;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;
import static im.martlet.extension.Hook.streamFeature;
import static im.martlet.stanza.StanzaException.badRequest;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaJid;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.account.Rosters.Change;
import im.martlet.storage.account.Rosters.Item;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers roster requests (RFC 6121 §2), with versions (§2.6) and pre-approval (§3.4). */
public final class RosterQueries implements Extension {
    private static final int MOST_LETTERS = 1023;
    private static final int MOST_GROUPS = 50;

    private final Rosters rosters;
    private final SubscriptionHandler subscriptions;
    private final Provider<SubscriptionHandler.RosterLimit> limit; // a reload may change it

    @Inject RosterQueries(Rosters rosters, SubscriptionHandler subscriptions,
            Provider<SubscriptionHandler.RosterLimit> limit) {
        this.rosters = rosters;
        this.subscriptions = subscriptions;
        this.limit = limit;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                onGet(OWN_ACCOUNT, RosterXml.NS, "query", this::get),
                onSet(OWN_ACCOUNT, RosterXml.NS, "query", this::set),
                onGet(ACCOUNT, RosterXml.NS, "query", RosterQueries::foreign),
                onSet(ACCOUNT, RosterXml.NS, "query", RosterQueries::foreign),
                streamFeature(new Advertised(Element.of("urn:xmpp:features:rosterver", "ver"))),
                streamFeature(new Advertised(Element.of("urn:xmpp:features:pre-approval", "sub"))));
    }

    /** A feature that is offered after authentication and that needs no negotiation. */
    private record Advertised(Element element) implements StreamFeature {
        @Override public List<Element> offer(StreamState state) {
            return state.isAuthenticated() ? List.of(element) : List.of();
        }
    }

    private static Iq.Response foreign(Query query) { throw new StanzaException(Condition.FORBIDDEN.plain()); }

    private Iq.Response get(Query query) {
        var contacts = Contacts.of(query.account(), rosters);
        query.session().put(RosterXml.INTERESTED, true);
        var changes = query.element().attribute("ver").flatMap(ver -> since(ver, contacts));
        if (changes.isEmpty())
            return query.result(
                    RosterXml.query(contacts.version(), contacts.listed().stream().map(RosterXml::item).toList()));
        // §2.6.3: an empty result, then a push for each change; read again, because earlier tasks may change the roster
        if (!changes.get().isEmpty())
            query.account().tell(Credit.UNLIMITED, () -> since(query.element().attribute("ver").orElseThrow(), contacts)
                    .orElse(changes.get()).forEach(change -> push(query.session(), change)));
        return query.result();
    }

    private static Optional<List<Change>> since(String ver, Contacts contacts) {
        try {
            return contacts.since(Long.parseLong(ver));
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
    }

    /** Pushes a change with its own version, so that a client that loses its connection can request the rest. */
    private static void push(Session session, Change change) {
        switch (change) {
            case Change.Put(long version, var item) when item.listed() ->
                    RosterXml.push(session, version, RosterXml.item(item));
            case Change.Put _ -> {} // clients do not see the item
            case Change.Removed(long version, var contact) ->
                    RosterXml.push(session, version, RosterXml.removed(contact));
        }
    }

    private Iq.Response set(Query query) {
        var items = query.element().children();
        if (items.size() != 1 || !items.getFirst().is(RosterXml.NS, "item"))
            throw badRequest("a roster set must have exactly one <item/>"); // §2.3.3
        var e = items.getFirst();
        var contact = contact(e);
        var contacts = Contacts.of(query.account(), rosters);
        if (e.attribute("subscription").filter("remove"::equals).isPresent()) remove(query, contacts, contact);
        else put(query, contacts, contact, e);
        return query.result();
    }

    private void put(Query query, Contacts contacts, Jid contact, Element e) {
        var now = contacts.get(contact);
        if (!contacts.isKnown(contact)) limit.get().checkRoom(contacts);
        var item = new Item(contact, name(e), groups(e), now.subscription(), now.pendingOut(), now.approved(),
                now.request(), true);
        contacts.put(item);
        RosterXml.push(query.account(), contacts.version(), RosterXml.item(item));
    }

    private void remove(Query query, Contacts contacts, Jid contact) {
        var item = contacts.get(contact);
        if (!item.listed()) throw new StanzaException(Condition.ITEM_NOT_FOUND.plain()); // §2.5.3
        subscriptions.cancelSubscriptions(query.account(), item);
        contacts.remove(contact);
        RosterXml.push(query.account(), contacts.version(), RosterXml.removed(contact));
    }

    private static Jid contact(Element item) {
        return StanzaJid.parse(item.attribute("jid").orElseThrow(() -> badRequest("an item needs a jid"))).bare();
    }

    private static String name(Element item) { return bounded(item.attribute("name").orElse("")); }

    private static Set<String> groups(Element item) {
        var groups = new HashSet<String>();
        for (Element group : item.children()) if (group.is(RosterXml.NS, "group")) {
            var name = bounded(group.text());
            // §2.3.3
            if (name.isEmpty()) throw new StanzaException(Condition.NOT_ACCEPTABLE.because("a group needs a name"));
            if (!groups.add(name)) throw badRequest("the item names the group '" + name + "' twice");
        }
        if (groups.size() > MOST_GROUPS) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("an item can be in at most " + MOST_GROUPS + " groups"));
        return groups;
    }

    private static String bounded(String text) {
        if (text.length() > MOST_LETTERS)
            throw new StanzaException(Condition.NOT_ACCEPTABLE
                    .because("a name can have at most " + MOST_LETTERS + " characters"));
        return text;
    }
}
