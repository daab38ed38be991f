package im.martlet.extensions.search;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.SERVER;

import im.martlet.config.Default;
import im.martlet.extension.AdHocCommand;
import im.martlet.extension.AdHocCommand.Outcome;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.form.DataForm;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.account.UserDirectory;
import im.martlet.storage.account.UserDirectory.Entry;
import im.martlet.storage.account.UserDirectory.Found;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * XEP-0055: a directory of the users of a host, for users of the same host. It lists only users that asked for it with
 * a command of their account (XEP-0050).
 */
@Xep(number = 55, title = "Jabber Search", version = "1.3",
        note = "off unless configured; users ask to be listed with a command")
public final class UserSearch implements Extension {
    private static final String NS = "jabber:iq:search";
    private static final int MOST = 50; // results
    private static final int SHORTEST = 2; // letters of a search term
    private static final int LONGEST = 255; // letters of a field
    private static final String LISTED = "listed";
    private static final Map<String, String> LABELS =
            Map.of("first", "Given Name", "last", "Family Name", "nick", "Nickname", "email", "Email");
    private static final List<String> FIELDS = List.of("first", "last", "nick", "email");

    /**
     * The section {@code [search]}.
     *
     * @param enabled whether there is a directory
     */
    public record Settings(@Default("false") boolean enabled) {}

    private final UserDirectory directory;
    private final Settings settings;

    @Inject UserSearch(UserDirectory directory, Settings settings) {
        this.directory = directory;
        this.settings = settings;
    }

    @Override public List<Hook> hooks() {
        if (!settings.enabled()) return List.of();
        return List.of(Hook.feature(NS), Hook.onGet(SERVER, NS, "query", UserSearch::fields),
                Hook.onSet(SERVER, NS, "query", this::search),
                Hook.command(ACCOUNT, new AdHocCommand("directory", "Whether other users find you",
                        q -> q.asker().isPresent(), this::showEntry)));
    }

    // ---- search

    private static Iq.Response fields(Query query) {
        query.session(); // rejects users of other hosts
        var answer =
                Element.of(NS, "query").with(Element.of(NS, "instructions").withText("Enter the beginning of a name."));
        var form = DataForm.blank(NS, FIELDS.stream()
                .map(f -> DataForm.field(f, "text-single").with("label", LABELS.get(f))).toArray(Element[]::new));
        return query.result(answer.with(FIELDS.stream().map(f -> Element.of(NS, f)).toList()).with(form));
    }

    private Iq.Response search(Query query) {
        query.session();
        var form = DataForm.in(query.element());
        var beginnings = entry(f -> form.isPresent() ? form.get().first(f) : query.element().childText(f));
        if (values(beginnings).stream().noneMatch(v -> v.length() >= SHORTEST)) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("fill in at least one field with " + SHORTEST + " letters or more"));
        var found = directory.search(query.iq().to().domain(), beginnings, MOST);
        return query.result(form.isPresent() ? Element.of(NS, "query").with(table(found))
                : Element.of(NS, "query").with(found.stream().map(UserSearch::item).toList()));
    }

    private static Entry entry(Function<String, Optional<String>> fields) {
        Function<String, String> bounded = f -> fields.apply(f).map(String::strip)
                .map(v -> v.length() <= LONGEST ? v : v.substring(0, LONGEST)).orElse("");
        return new Entry(bounded.apply("first"), bounded.apply("last"), bounded.apply("nick"), bounded.apply("email"));
    }

    /** Returns the values in the order of {@link #FIELDS}. */
    private static List<String> values(Entry e) {
        return List.of(e.first(), e.last(), e.nick(), e.email());
    }

    private static Element item(Found found) {
        var e = Element.of(NS, "item").with("jid", found.user());
        for (int i = 0; i < FIELDS.size(); i++)
            e = e.with(Element.of(NS, FIELDS.get(i)).withText(values(found.entry()).get(i)));
        return e;
    }

    private static Element table(List<Found> found) {
        var columns = new ArrayList<Element>();
        for (String f : FIELDS) columns.add(DataForm.field(f, "text-single").with("label", LABELS.get(f)));
        columns.add(DataForm.field("jid", "jid-single").with("label", "Address"));
        var x = Element.of(DataForm.NS, "x").with("type", "result").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(NS)),
                Element.of(DataForm.NS, "reported").with(columns));
        return x.with(found.stream().map(UserSearch::row).toList());
    }

    private static Element row(Found found) {
        var e = Element.of(DataForm.NS, "item");
        for (int i = 0; i < FIELDS.size(); i++) e = e.with(cell(FIELDS.get(i), values(found.entry()).get(i)));
        return e.with(cell("jid", found.user().toString()));
    }

    private static Element cell(String name, String value) {
        return Element.of(DataForm.NS, "field").with("var", name).with(DataForm.value(value));
    }

    // ---- the command with which a user is listed

    private Outcome showEntry(Query query, Optional<DataForm> none) {
        var current = directory.of(query.account().existingKey());
        var fields = new ArrayList<Element>();
        fields.add(DataForm.field(LISTED, "boolean").with("label", "Other users find me")
                .with(DataForm.value(String.valueOf(current.isPresent()))));
        for (int i = 0; i < FIELDS.size(); i++)
            fields.add(DataForm.field(FIELDS.get(i), "text-single").with("label", LABELS.get(FIELDS.get(i)))
                    .with(DataForm.value(values(current.orElse(new Entry("", "", "", ""))).get(i))));
        return new Outcome.Ask(DataForm.blank("urn:martlet:directory", fields.toArray(Element[]::new)), true,
                this::saveEntry);
    }

    private Outcome saveEntry(Query query, Optional<DataForm> form) {
        var key = query.account().existingKey();
        var given = form.orElseThrow(() -> StanzaException.badRequest("the form is missing"));
        boolean listed = given.first(LISTED).filter(v -> v.equals("1") || v.equals("true")).isPresent();
        if (listed) directory.put(key, entry(given::first));
        else directory.remove(key);
        return new Outcome.Done(List.of(),
                listed ? "Other users find you by these entries." : "You are not in the directory.");
    }
}
