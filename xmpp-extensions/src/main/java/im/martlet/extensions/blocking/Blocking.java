package im.martlet.extensions.blocking;

import static im.martlet.extension.Hook.To.OWN_ACCOUNT;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onReceive;
import static im.martlet.extension.Hook.onSend;
import static im.martlet.extension.Hook.onSet;
import static im.martlet.stanza.StanzaException.badRequest;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Query;
import im.martlet.extension.Verdict;
import im.martlet.extensions.abuse.AbuseReports;
import im.martlet.im.Visibility;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaJid;
import im.martlet.storage.account.Blocklists;
import im.martlet.xml.Element;
import im.martlet.xml.Node;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** XEP-0191: lets each account block addresses. No stanza passes between the account and a blocked address. */
@Xep(number = 191, title = "Blocking Command", version = "1.3")
public final class Blocking implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Blocking.class);
    private static final String NS = "urn:xmpp:blocking";
    private static final String BLOCKED_SENDER = "the account blocks the sender";
    private static final Element BLOCKED = Element.of("urn:xmpp:blocking:errors", "blocked");
    private static final int MOST = 1000; // addresses on one account's list
    private static final Slots.Key<Boolean> WANTS_PUSHES = Slots.Key.of("blocking.wants-pushes", () -> false);
    private static final Slots.Key<Set<Jid>> LIST = Slots.Key.empty("blocking.list");

    private final Blocklists blocklists;
    private final Visibility visibility;
    private final AbuseReports reports;

    @Inject Blocking(Blocklists blocklists, Visibility visibility, AbuseReports reports) {
        this.reports = reports;
        this.blocklists = blocklists;
        this.visibility = visibility;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                feature(NS),
                onGet(OWN_ACCOUNT, NS, "blocklist", this::list),
                onSet(OWN_ACCOUNT, NS, "block", this::block),
                onSet(OWN_ACCOUNT, NS, "unblock", this::unblock),
                onSend(InterceptorStage.SCREEN, this::screenSent),
                onReceive(InterceptorStage.SCREEN, this::screenReceived));
    }

    private Set<Jid> listOf(Account account) { return account.get(LIST, () -> blocklists.of(account.existingKey())); }

    private Iq.Response list(Query query) {
        query.session().put(WANTS_PUSHES, true);
        return query.result(Element.of(NS, "blocklist")
                .with(listOf(query.account()).stream().sorted().map(Blocking::item).toList()));
    }

    private Iq.Response block(Query query) {
        var account = query.account();
        var named = items(query.element());
        query.element().children()
                .forEach(item -> item.child(AbuseReports.NS, "report").ifPresent(AbuseReports::check));
        if (named.isEmpty()) throw badRequest("<block/> must name at least one <item/>"); // §3.3
        if (Stream.concat(listOf(account).stream(), named.stream()).distinct().count() > MOST)
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT.because("a blocklist holds at most " + MOST + " addresses"));
        visibility.hide(account,
                visibility.audience(account).stream().filter(contact -> matches(contact, named)).toList());
        blocklists.add(account.existingKey(), named);
        reloadAndPush(query);
        for (Element item : query.element().children())
            item.child(AbuseReports.NS, "report").ifPresent(report -> item.attribute("jid").map(Jid::parse)
                    .ifPresent(jid -> reports.take(account.jid(), jid, report)));
        return query.result();
    }

    private Iq.Response unblock(Query query) {
        var account = query.account();
        var named = items(query.element());
        var freed = named.isEmpty() ? listOf(account) : named; // §3.5: without items it unblocks all addresses
        if (named.isEmpty()) blocklists.clear(account.existingKey());
        else blocklists.remove(account.existingKey(), named);
        reloadAndPush(query);
        visibility.show(account, visibility.audience(account).stream()
                .filter(contact -> matches(contact, freed) && !blocks(account, contact)).toList());
        return query.result();
    }

    /** Returns the command with bare items: the account's other sessions do not receive its reports. */
    private static Element withoutReports(Element block) {
        return block.renamed(NS,
                block.children().stream().<Node>map(item -> item.renamed(item.namespace(), List.of())).toList());
    }

    private void reloadAndPush(Query query) {
        var account = query.account();
        account.put(LIST, blocklists.of(account.existingKey()));
        for (Session session : account.sessions())
            if (session.get(WANTS_PUSHES)) session
                    .send(Iq.Set.of(account.jid(), session.jid(), RandomIds.next(), withoutReports(query.element())));
    }

    private Verdict screenSent(InterceptedStanza intercepted) {
        var to = intercepted.stanza().to();
        if (to == null || !blocks(intercepted.account(), to)) return Verdict.pass();
        Decision.REFUSED.log(LOG, "the account blocks the recipient", intercepted.account().jid(),
                intercepted.stanza());
        return Verdict.bounce(Condition.NOT_ACCEPTABLE.plain().as(StanzaError.Type.CANCEL).with(BLOCKED));
    }

    private Verdict screenReceived(InterceptedStanza intercepted) {
        if (!blocks(intercepted.account(), intercepted.stanza().from())) return Verdict.pass();
        return switch (intercepted.stanza()) { // §3.3: the account looks offline to the blocked contact
            // a bounce would make the room remove the occupant
            case Message m when m.type() == Message.Type.GROUPCHAT -> drop(intercepted);
            case Message _, Iq.Request _ -> {
                Decision.REFUSED.log(LOG, BLOCKED_SENDER, intercepted.account().jid(), intercepted.stanza());
                yield Verdict.bounce(Condition.SERVICE_UNAVAILABLE.plain());
            }
            case Presence _, Iq.Response _ -> drop(intercepted);
        };
    }

    private static Verdict drop(InterceptedStanza intercepted) {
        Decision.DROPPED.log(LOG, BLOCKED_SENDER, intercepted.account().jid(), intercepted.stanza());
        return Verdict.drop();
    }

    private boolean blocks(Account account, Jid contact) {
        if (contact.bare().equals(account.jid())) return false; // an account's own sessions are never blocked
        var list = listOf(account);
        return !list.isEmpty() && matches(contact, list);
    }

    /** Returns whether a list covers an address: its full, bare, domain/resource or domain form (§2). */
    private static boolean matches(Jid contact, Set<Jid> list) {
        if (list.contains(contact) || list.contains(contact.bare()) || list.contains(contact.host())) return true;
        return contact.isFull() && list.contains(Jid.of("", contact.domain(), contact.resource()));
    }

    private static Element item(Jid address) { return Element.of(NS, "item").with("jid", address); }

    private static Set<Jid> items(Element command) {
        return command.children().stream().filter(e -> e.is(NS, "item"))
                .map(e -> StanzaJid.parse(e.attribute("jid").orElseThrow(() -> badRequest("an <item/> needs a 'jid'"))))
                .collect(Collectors.toSet());
    }
}
