package im.martlet.extensions.mam;

import im.martlet.form.DataForm;
import im.martlet.form.PageRequest;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StanzaJid;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.xml.Element;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A checked query of a client (XEP-0313 §4). Pure.
 *
 * @param queryId the id that each result repeats; empty if the client gave none
 * @param selection the filter of entries
 * @param most the largest number of results
 * @param backwards whether the page is the last one instead of the first
 * @param flipped whether the results of the page come in reverse order
 * @param mentioned the ids that must be in the archive; otherwise the query fails
 */
record ArchiveQuery(Optional<String> queryId, Selection selection, int most, boolean backwards, boolean flipped,
        Set<Long> mentioned) {
    static final List<String> FIELDS =
            List.of("with", "start", "end", "before-id", "after-id", "ids", "include-groupchat");
    private static final Set<String> BOOLEANS = Set.of("true", "false", "1", "0");
    private static final int USUAL = 50; // results of a page if the client names no number
    private static final int MOST = 250; // results of a page
    private static final int MOST_IDS = 250;

    static ArchiveQuery of(Element query) {
        var form = DataForm.in(query);
        form.ifPresent(ArchiveQuery::check);
        var page = PageRequest.in(query);
        var mentioned = new HashSet<Long>();
        var selection = form.map(f -> selection(f, mentioned)).orElse(Selection.all());
        if (page.after().isPresent()) selection = selection.after(id(page.after().get(), mentioned));
        if (page.before().filter(id -> !id.isEmpty()).isPresent())
            selection = selection.before(id(page.before().get(), mentioned));
        return new ArchiveQuery(query.attribute("queryid"), selection, Math.min(page.most().orElse(USUAL), MOST),
                page.isBackwards(),
                query.child("flip-page").isPresent(), Set.copyOf(mentioned));
    }

    private static void check(DataForm form) {
        if (!form.type().equals(Mam.NS)) throw StanzaException.badRequest("the FORM_TYPE must be " + Mam.NS);
        form.names().stream().filter(name -> !FIELDS.contains(name)).findFirst().ifPresent(name -> {
            throw new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED.because("unknown field " + name)); // §4.1.5
        });
        form.names().stream().filter(name -> !name.equals("ids") && form.all(name).size() > 1).findFirst()
                .ifPresent(name -> {
                    throw StanzaException.badRequest("a query may have only one '" + name + "'");
                });
        if (!BOOLEANS.contains(form.first("include-groupchat").orElse("false")))
            throw StanzaException.badRequest("'include-groupchat' must be true or false");
    }

    private static Selection selection(DataForm form, Set<Long> mentioned) {
        var ids = new HashSet<Long>();
        for (String id : form.all("ids")) ids.add(id(id, mentioned));
        if (ids.size() > MOST_IDS)
            throw new StanzaException(
                    Condition.POLICY_VIOLATION.because("a query may name at most " + MOST_IDS + " ids"));
        var all = new Selection(form.first("with").map(StanzaJid::parse), Long.MIN_VALUE, Long.MAX_VALUE, ids);
        return Stream.<UnaryOperator<Selection>>of(
                s -> form.first("start").map(start -> s.after(LogId.first(time(start).plusNanos(999_999)) - 1))
                        .orElse(s), // rounds up to the next millisecond
                s -> form.first("end").map(end -> s.before(LogId.last(time(end)) + 1)).orElse(s),
                s -> form.first("after-id").map(id -> s.after(id(id, mentioned))).orElse(s),
                s -> form.first("before-id").map(id -> s.before(id(id, mentioned))).orElse(s))
                .reduce(all, (s, next) -> next.apply(s), (a, _) -> a);
    }

    /** Parses a moment (XEP-0082 §3.2). */
    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw StanzaException
                    .badRequest("'" + text + "' is not a date and time; use the form 2026-11-24T12:00:00Z");
        }
    }

    private static long id(String text, Set<Long> mentioned) {
        try {
            long id = StanzaIds.parse(text);
            mentioned.add(id);
            return id;
        } catch (NumberFormatException notOurs) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND.plain()); // §4.1.3
        }
    }

    /** Returns this query with a restricted selection. */
    ArchiveQuery restricted(UnaryOperator<Selection> restriction) {
        return new ArchiveQuery(queryId, restriction.apply(selection), most, backwards, flipped, mentioned);
    }

    /** Returns whether the query selects every message of a span of time, without any other filter. */
    boolean isUnfiltered() {
        return selection.with().isEmpty() && selection.ids().isEmpty();
    }
}
