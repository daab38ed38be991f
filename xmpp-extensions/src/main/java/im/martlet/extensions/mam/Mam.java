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

/** XEP-0313: lets an account read its own archive in pages. The cost of a page does not grow with the archive. */
@Xep(number = 59, title = "Result Set Management", version = "1.0.1",
        note = "pages by id, forwards and backwards; no counts, no page numbers")
@Xep(number = 313, title = "Message Archive Management", version = "1.1.3",
        note = "archives of accounts, rooms and nodes; archives of accounts do not contain group chat")
public final class Mam implements Extension {
    static final String NS = Namespaces.ARCHIVE;

    private final ArchiveReader reader;
    private final CatchUp catchUp;
    private final NodeArchives nodes;
    private final Router router;

    @Inject Mam(ArchiveReader reader, CatchUp catchUp, NodeArchives nodes, Router router) {
        this.reader = reader;
        this.catchUp = catchUp;
        this.nodes = nodes;
        this.router = router;
    }

    @Override public List<Hook> hooks() {
        if (!reader.isEnabled()) return List.of();
        // the host has the feature too, for clients that ask it, such as Profanity 0.13
        return List.of(Hook.bind2Reply(this::bindReply), Hook.feature(NS),
                Hook.accountFeature(NS), Hook.accountFeature(NS + "#extended"),
                Hook.accountFeature(NS + "#groupchat-field"),
                Hook.onSlowIq(Iq.Set.class, NS, "query", this::query),
                Hook.onSlowIq(Iq.Get.class, NS, "metadata",
                        query -> isForNode(query) ? nodeAnswer(query)
                                : reader.metadata(query.iq(), view(query.account()))),
                Hook.onGet(Hook.To.OWN_ACCOUNT, NS, "query", query -> query.result(ArchiveReader.form())),
                Hook.onGet(ACCOUNT, NS, "query", this::foreign), Hook.onSet(ACCOUNT, NS, "query", this::foreign),
                Hook.onGet(ACCOUNT, NS, "metadata", this::foreign));
    }

    /**
     * Returns the bounds of the archive at this moment (XEP-0386 §3.2). The client reads its offline messages from the
     * archive.
     */
    private Optional<Element> bindReply(Session session) {
        var metadata = reader.metadata(view(session.account()));
        catchUp.leaveToArchive(session);
        return Optional.of(metadata);
    }

    /** Rejects queries to the archives of other accounts (§8.1). A node itself decides which addresses may read it. */
    private Iq.Response foreign(Query query) {
        if (!isForNode(query)) throw new StanzaException(Condition.FORBIDDEN.plain());
        var answer = nodes.answer(query.account(), query.iq());
        answer.subList(0, answer.size() - 1).forEach(router::route);
        return (Iq.Response) answer.getLast();
    }

    private static boolean isForNode(Query query) { return query.element().attribute("node").isPresent(); }

    private Supplier<List<Stanza>> nodeAnswer(Query query) {
        var answer = nodes.answer(query.account(), query.iq());
        return () -> answer;
    }

    private static View view(Account account) {
        return new View(account.existingKey(), account.log(), account.jid(), UnaryOperator.identity(), Entry::stanza);
    }

    private Supplier<List<Stanza>> query(Query query) {
        if (isForNode(query)) return nodeAnswer(query);
        var session = query.session();
        long head = session.account().log().head();
        // the whole page may wait for its acknowledgement (OutboundQueue)
        long most = session.management().map(StreamManagementTerms::bytes).orElse(Long.MAX_VALUE) / 4;
        var archiveQuery = ArchiveQuery.of(query.element());
        var read = reader.query(query.iq(), archiveQuery, view(session.account()), most);
        if (!archiveQuery.isUnfiltered() || archiveQuery.most() == 0) return read;
        catchUp.archiveQueryBegins(session);
        return () -> {
            boolean succeeded = false;
            try {
                var answer = read.get();
                succeeded = true;
                return answer;
            } finally {
                hasRead(session, archiveQuery.selection(), succeeded, head);
            }
        };
    }

    /** Keeps offline messages that a client read from the archive from being delivered to it again. */
    private void hasRead(Session session, Selection selection, boolean succeeded, long head) {
        long through = succeeded ? Math.min(head, selection.before() - 1) : 0;
        session.account().tell(Credit.UNLIMITED, () -> catchUp.archiveQueryEnds(session, selection.after(), through));
    }
}
