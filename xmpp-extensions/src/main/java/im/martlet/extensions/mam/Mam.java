package im.martlet.extensions.mam;

import static im.martlet.extension.Hook.To.ACCOUNT;

import im.martlet.archive.Retention;
import im.martlet.archive.StanzaIds;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extension.Xep;
import im.martlet.form.DataForm;
import im.martlet.form.Page;
import im.martlet.im.OfflineQueue;
import im.martlet.session.Management;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.Archive;
import im.martlet.storage.Archive.Entry;
import im.martlet.storage.Archive.Selection;
import im.martlet.storage.LogId;
import im.martlet.session.Credit;
import im.martlet.xml.Element;
import im.martlet.xml.XmlWriter;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** XEP-0313: an account reads its own archive, in pages that cost the same however long it is. */
@Xep(number = 59, title = "Result Set Management", version = "1.0.1", note = "pages by id, forwards and backwards; no counts, no page numbers")
@Xep(number = 313, title = "Message Archive Management", version = "1.1.3", note = "archives of accounts; group chat is not in them")
public final class Mam implements Extension {
    static final String NS = "urn:xmpp:mam:2";
    private static final String VALIDATE = "http://jabber.org/protocol/xdata-validate";
    private static final int PATIENCE = 30; // seconds, for a database that does not answer

    private final Archive archive;
    private final boolean enabled;
    private final Pages pages;

    @Inject Mam(Archive archive, Retention.Settings settings) {
        this.archive = archive;
        this.pages = new Pages(archive);
        this.enabled = settings.enabled();
    }

    @Override public List<Hook> hooks() {
        if (!enabled) return List.of();
        return List.of(Hook.feature(NS), // for clients that ask the host of the account, such as Profanity 0.13
                Hook.accountFeature(NS), Hook.accountFeature(NS + "#extended"), Hook.accountFeature(NS + "#groupchat-field"),
                Hook.onLookup(Iq.Set.class, NS, "query", this::query), Hook.onLookup(Iq.Get.class, NS, "metadata", this::metadata),
                Hook.onGet(Hook.To.OWN_ACCOUNT, NS, "query", query -> query.result(form())),
                Hook.onGet(ACCOUNT, NS, "query", Mam::foreign), Hook.onSet(ACCOUNT, NS, "query", Mam::foreign), Hook.onGet(ACCOUNT, NS, "metadata", Mam::foreign));
    }

    /** §8.1. */
    private static Iq.Response foreign(Query query) { throw new StanzaException(Condition.FORBIDDEN.plain()); }

    /** §4.1.5. */
    private static Element form() {
        var open = Element.of(VALIDATE, "validate").with("datatype", "xs:string").with(Element.of(VALIDATE, "open"));
        return Element.of(NS, "query").with(DataForm.blank(NS, DataForm.field("with", "jid-single"), DataForm.field("start", "text-single"),
                DataForm.field("end", "text-single"), DataForm.field("before-id", "text-single"), DataForm.field("after-id", "text-single"),
                DataForm.field("ids", "list-multi").with(open), DataForm.field("include-groupchat", "boolean")));
    }

    // ---- beginning on the mailbox

    private Supplier<List<Stanza>> query(Query query) {
        var wanted = ArchiveQuery.of(query.element());
        var session = query.session();
        long head = session.account().log().head();
        var written = written(session, head);
        var key = session.account().existingKey();
        long most = session.management().map(Management::bytes).orElse(Long.MAX_VALUE) / 4; // a page may have to wait as a whole for its acknowledgement, see Outbound
        boolean all = wanted.isUnfiltered() && wanted.most() > 0;
        if (all) OfflineQueue.reads(session);
        return () -> {
            boolean found = false;
            try {
                await(written);
                var answer = answer(query.iq(), session, wanted, pages.read(key, wanted, head, most));
                found = true;
                return answer;
            } finally {
                if (all) hasRead(session, wanted.selection(), found, head);
            }
        };
    }

    /** Messages that wait and that a client reads here are not delivered to it once more. */
    private static void hasRead(Session session, Selection selection, boolean found, long head) {
        long through = found ? Math.min(head, selection.before() - 1) : 0;
        session.account().tell(Credit.UNLIMITED, () -> OfflineQueue.hasRead(session, selection.after(), through));
    }

    private Supplier<List<Stanza>> metadata(Query query) {
        var account = query.account();
        var written = written(query.session(), account.log().head());
        var key = account.existingKey();
        return () -> {
            await(written);
            var metadata = Element.of(NS, "metadata");
            return List.of(query.result(archive.bounds(key).map(bounds -> metadata.with(end("start", bounds.first()), end("end", bounds.last()))).orElse(metadata)));
        };
    }

    private static Element end(String name, long id) { return Element.of(NS, name).with("id", StanzaIds.text(id)).with("timestamp", LogId.time(id)); }

    /** What has been received is read, though it may not be written yet: otherwise it would be missing between older and newer. */
    private static CompletableFuture<Void> written(Session session, long head) {
        var written = new CompletableFuture<Void>();
        session.account().log().whenWritten(head, () -> written.complete(null));
        return written;
    }

    // ---- reading beside it

    private static void await(CompletableFuture<Void> written) {
        try {
            written.get(PATIENCE, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new StanzaException(Condition.INTERNAL_SERVER_ERROR.because("the database does not answer").as(im.martlet.stanza.StanzaError.Type.WAIT));
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Stanza> answer(Iq.Request request, Session session, ArchiveQuery query, Pages.Found found) {
        var entries = found.entries();
        var stanzas = new ArrayList<Stanza>(entries.size() + 1);
        for (Entry entry : query.flipped() ? entries.reversed() : entries) stanzas.add(result(session, query, entry));
        var fin = Element.of(NS, "fin");
        if (found.complete()) fin = fin.with("complete", "true");
        String first = entries.isEmpty() ? "" : StanzaIds.text(entries.getFirst().id());
        String last = entries.isEmpty() ? "" : StanzaIds.text(entries.getLast().id());
        stanzas.add(request.result(fin.with(Page.result(first, last))));
        return stanzas;
    }

    /** §4.2: the stored bytes go out as they are, in an envelope. */
    private static Message result(Session session, ArchiveQuery query, Entry entry) {
        var out = new XmlWriter().raw("<result xmlns='" + NS + "'");
        query.queryId().ifPresent(id -> out.attribute("queryid", id));
        out.attribute("id", StanzaIds.text(entry.id())).raw("><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay'")
                .attribute("stamp", LogId.time(entry.id()).toString()).raw("/>").written(StoredStanza.standalone(entry.stanza())).raw("</forwarded></result>");
        return new Message(Message.Type.NORMAL, session.account().jid(), session.jid(), "", "", Payload.written(out.toBytes()));
    }
}
