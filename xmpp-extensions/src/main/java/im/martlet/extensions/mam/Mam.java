package im.martlet.extensions.mam;

import static im.martlet.extension.Hook.To.ACCOUNT;

import im.martlet.archive.ArchiveQueries.View;
import im.martlet.archive.NodeArchives;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.im.CatchUp;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.session.StreamManagementTerms;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** XEP-0313: an account reads its own archive, in pages that cost the same however long it is. */
@Xep(number = 59, title = "Result Set Management", version = "1.0.1",
        note = "pages by id, forwards and backwards; no counts, no page numbers")
@Xep(number = 313, title = "Message Archive Management", version = "1.1.3",
        note = "archives of accounts, of rooms and of nodes; group chat is not in those of accounts")
public final class Mam implements Extension {
    static final String NS = Namespaces.ARCHIVE;

    private final ArchiveReader answering;
    private final CatchUp catchUp;
    private final NodeArchives nodes;
    private final Router router;

    @Inject Mam(ArchiveReader answering, CatchUp catchUp, NodeArchives nodes, Router router) {
        this.answering = answering;
        this.catchUp = catchUp;
        this.nodes = nodes;
        this.router = router;
    }

    @Override public List<Hook> hooks() {
        if (!answering.isEnabled()) return List.of();
        return List.of(Hook.bind2Reply(this::greet), Hook.feature(NS), // for clients that ask the host of the account, such as Profanity 0.13
                Hook.accountFeature(NS), Hook.accountFeature(NS + "#extended"),
                Hook.accountFeature(NS + "#groupchat-field"),
                Hook.onSlowIq(Iq.Set.class, NS, "query", this::query),
                Hook.onSlowIq(Iq.Get.class, NS, "metadata",
                        query -> isForNode(query) ? ofNode(query)
                                : answering.metadata(query.iq(), view(query.account()))),
                Hook.onGet(Hook.To.OWN_ACCOUNT, NS, "query", query -> query.result(ArchiveReader.form())),
                Hook.onGet(ACCOUNT, NS, "query", this::foreign), Hook.onSet(ACCOUNT, NS, "query", this::foreign),
                Hook.onGet(ACCOUNT, NS, "metadata", this::foreign));
    }

    /** XEP-0386 §3.2: what the archive holds at this moment; what has waited is read there. */
    private Optional<Element> greet(Session session) {
        var metadata = answering.metadata(view(session.account()));
        catchUp.leaveToArchive(session);
        return Optional.of(metadata);
    }

    /** §8.1; nodes say themselves who may read them. */
    private Iq.Response foreign(Query query) {
        if (!isForNode(query)) throw new StanzaException(Condition.FORBIDDEN.plain());
        var answer = nodes.answer(query.account(), query.iq());
        answer.subList(0, answer.size() - 1).forEach(router::route);
        return (Iq.Response) answer.getLast();
    }

    private static boolean isForNode(Query query) { return query.element().attribute("node").isPresent(); }

    private Supplier<List<Stanza>> ofNode(Query query) {
        var answer = nodes.answer(query.account(), query.iq());
        return () -> answer;
    }

    private static View view(Account account) {
        return new View(account.existingKey(), account.log(), account.jid(), UnaryOperator.identity(), Entry::stanza);
    }

    private Supplier<List<Stanza>> query(Query query) {
        if (isForNode(query)) return ofNode(query);
        var session = query.session();
        long head = session.account().log().head();
        long most = session.management().map(StreamManagementTerms::bytes).orElse(Long.MAX_VALUE) / 4; // a page may have to wait as a whole for its acknowledgement, see Outbound
        var wanted = ArchiveQuery.of(query.element());
        var reading = answering.query(query.iq(), wanted, view(session.account()), most);
        if (!wanted.isUnfiltered() || wanted.most() == 0) return reading;
        catchUp.archiveQueryBegins(session);
        return () -> {
            boolean found = false;
            try {
                var answer = reading.get();
                found = true;
                return answer;
            } finally {
                hasRead(session, wanted.selection(), found, head);
            }
        };
    }

    /** Messages that wait and that a client reads here are not delivered to it once more. */
    private void hasRead(Session session, Selection selection, boolean found, long head) {
        long through = found ? Math.min(head, selection.before() - 1) : 0;
        session.account().tell(Credit.UNLIMITED, () -> catchUp.archiveQueryEnds(session, selection.after(), through));
    }
}
