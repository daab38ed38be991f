package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.stanza.Iq;
import im.martlet.stanza.RandomIds;
import im.martlet.storage.account.Rosters.Item;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Locale;

/** Writes roster items as XML (RFC 6121 §2.1), and pushes them to clients (§2.1.6). */
final class RosterXml {
    static final String NS = "jabber:iq:roster";
    /** True for a session that has requested the roster, and so gets pushes ("interested", §2.2). */
    static final Slots.Key<Boolean> INTERESTED = Slots.Key.of("roster.interested", () -> false);

    private RosterXml() {}

    static Element query(long version, List<Element> items) {
        return Element.of(NS, "query").with("ver", version).with(items);
    }

    static Element item(Item item) {
        var e = Element.of(NS, "item").with("jid", item.contact()).with("subscription",
                item.subscription().name().toLowerCase(Locale.ROOT));
        if (!item.name().isEmpty()) e = e.with("name", item.name());
        if (item.pendingOut()) e = e.with("ask", "subscribe");
        if (item.approved()) e = e.with("approved", "true");
        return e.with(item.groups().stream().sorted().map(group -> Element.of(NS, "group").withText(group)).toList());
    }

    static Element removed(Jid contact) {
        return Element.of(NS, "item").with("jid", contact).with("subscription", "remove");
    }

    /** Pushes a change to each interested session. */
    static void push(Account account, long version, Element item) {
        for (Session session : account.sessions()) if (session.get(INTERESTED)) push(session, version, item);
    }

    static void push(Session session, long version, Element item) {
        session.send(
                Iq.Set.of(session.account().jid(), session.jid(), RandomIds.next(), query(version, List.of(item))));
    }
}
