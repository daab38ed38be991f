package im.martlet.extensions.mam;

import im.martlet.address.Jid;
import im.martlet.archive.ArchiveQueries;
import im.martlet.archive.Retention;
import im.martlet.form.DataForm;
import im.martlet.form.PageRequest;
import im.martlet.session.AccountLog;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlWriter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers queries of archives. A query begins on the mailbox of the archive's owner and reads beside it. */
@Singleton
public final class ArchiveReader implements ArchiveQueries {
    private static final int TIMEOUT = 30; // seconds to wait for the database

    private final Archive archive;
    private final ArchivePages pages;
    private final boolean enabled;

    @Inject ArchiveReader(Archive archive, Retention.Settings settings) {
        this.archive = archive;
        this.pages = new ArchivePages();
        this.enabled = settings.enabled();
    }

    boolean isEnabled() { return enabled; }

    @Override public List<String> features() { return enabled ? List.of(Mam.NS, Mam.NS + "#extended") : List.of(); }

    @Override public Optional<Supplier<List<Stanza>>> answer(Iq.Request request, View view, long most) {
        var e = request.element();
        if (!enabled || !e.namespace().equals(Mam.NS)) return Optional.empty();
        return switch (request) {
            case Iq.Set _ when e.name().equals("query") -> Optional.of(query(request, ArchiveQuery.of(e), view, most));
            case Iq.Get _ when e.name().equals("query") -> Optional.of(() -> List.of(request.result(form())));
            case Iq.Get _ when e.name().equals("metadata") -> Optional.of(metadata(request, view));
            default -> Optional.empty();
        };
    }

    @Override public Optional<List<Stanza>> answer(Iq.Request request, Jid address, Source source) {
        var e = request.element();
        if (!enabled || !e.namespace().equals(Mam.NS)) return Optional.empty();
        return switch (request) {
            case Iq.Set _ when e.name().equals("query") -> {
                var query = ArchiveQuery.of(e);
                yield Optional.of(stanzas(request, address, Entry::stanza, query,
                        pages.read(source, query, Long.MAX_VALUE, Long.MAX_VALUE)));
            }
            case Iq.Get _ when e.name().equals("query") -> Optional.of(List.of(request.result(form())));
            case Iq.Get _ when e.name().equals("metadata") ->
                    Optional.of(List.of(request.result(metadata(source.bounds()))));
            default -> Optional.empty();
        };
    }

    /** The stored archive of an account or of a room. */
    private record StoredArchive(Archive archive, AccountKey owner) implements Source {
        @Override public List<Entry> page(Selection selection, int limit, boolean newest) {
            return archive.page(owner, selection, limit, newest);
        }

        @Override public Set<Long> known(Collection<Long> ids) { return archive.existing(owner, ids); }

        @Override public Optional<Archive.Bounds> bounds() { return archive.bounds(owner); }
    }

    /** Returns the form with the fields that a query may have (§4.1.5). */
    static Element form() {
        var open = Element.of(Namespaces.DATA_VALIDATION, "validate").with("datatype", "xs:string")
                .with(Element.of(Namespaces.DATA_VALIDATION, "open"));
        return Element.of(Mam.NS, "query").with(DataForm.blank(Mam.NS, DataForm.field("with", "jid-single"),
                DataForm.field("start", "text-single"),
                DataForm.field("end", "text-single"), DataForm.field("before-id", "text-single"),
                DataForm.field("after-id", "text-single"),
                DataForm.field("ids", "list-multi").with(open), DataForm.field("include-groupchat", "boolean")));
    }

    // ---- on the mailbox

    Supplier<List<Stanza>> query(Iq.Request request, ArchiveQuery asked, View view, long most) {
        var query = asked.restricted(view.permitted());
        long head = view.log().head();
        var written = written(view.log(), head);
        return () -> {
            await(written);
            var found = pages.read(new StoredArchive(archive, view.owner()), query, head, most);
            return stanzas(request, view.address(), view.shown(), query, found);
        };
    }

    Supplier<List<Stanza>> metadata(Iq.Request request, View view) {
        var written = written(view.log(), view.log().head());
        return () -> {
            await(written);
            return List.of(request.result(metadata(archive.bounds(view.owner()))));
        };
    }

    /** Returns the metadata at this moment, with entries that are not yet written. On the mailbox of the owner. */
    Element metadata(View view) {
        var stored = archive.bounds(view.owner());
        var later = view.log().appendedHistory();
        return metadata(later.isEmpty() ? stored
                : Optional.of(new Archive.Bounds(stored.map(Archive.Bounds::first).orElse(later.get().first()),
                        later.get().last())));
    }

    private static Element metadata(Optional<Archive.Bounds> history) {
        var metadata = Element.of(Mam.NS, "metadata");
        return history.map(bounds -> metadata.with(end("start", bounds.first()), end("end", bounds.last())))
                .orElse(metadata);
    }

    private static Element end(String name, long id) {
        return Element.of(Mam.NS, name).with("id", StanzaIds.text(id)).with("timestamp", LogId.time(id));
    }

    /**
     * Returns a future that completes when the log is written up to an id. Without it a page could miss an entry
     * between older and newer ones.
     */
    private static CompletableFuture<Void> written(AccountLog log, long head) {
        var written = new CompletableFuture<Void>();
        log.whenWritten(head, () -> written.complete(null));
        return written;
    }

    // ---- beside the mailbox

    private static void await(CompletableFuture<Void> written) {
        try {
            written.get(TIMEOUT, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new StanzaException(
                    Condition.INTERNAL_SERVER_ERROR.because("the database does not answer; try again later")
                            .as(StanzaError.Type.WAIT));
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Stanza> stanzas(Iq.Request request, Jid address, Function<Entry, byte[]> shown,
            ArchiveQuery query, ArchivePages.Found found) {
        var entries = found.entries();
        var stanzas = new ArrayList<Stanza>(entries.size() + 1);
        for (Entry entry : query.flipped() ? entries.reversed() : entries)
            stanzas.add(result(request, address, shown.apply(entry), query, entry));
        var fin = Element.of(Mam.NS, "fin");
        if (found.complete()) fin = fin.with("complete", "true");
        String first = entries.isEmpty() ? "" : StanzaIds.text(entries.getFirst().id());
        String last = entries.isEmpty() ? "" : StanzaIds.text(entries.getLast().id());
        stanzas.add(request.result(fin.with(PageRequest.result(first, last))));
        return stanzas;
    }

    /** Returns a result (§4.2): the stored bytes as they are, in an envelope. */
    private static Message result(Iq.Request request, Jid address, byte[] stanza, ArchiveQuery query, Entry entry) {
        var out = new XmlWriter().raw("<result xmlns='" + Mam.NS + "'");
        query.queryId().ifPresent(id -> out.attribute("queryid", id));
        out.attribute("id", StanzaIds.text(entry.id()))
                .raw("><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay'")
                .attribute("stamp", LogId.time(entry.id()).toString()).raw("/>")
                .written(StoredStanza.standalone(stanza)).raw("</forwarded></result>");
        return new Message(Message.Type.NORMAL, address, request.from(), "", "", Payload.written(out.toBytes()));
    }
}
