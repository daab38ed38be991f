package im.martlet.extensions.muc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.martlet.address.Jid;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.RoomConfigForm;
import im.martlet.form.DataForm;
import im.martlet.form.PageRequest;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.rooms.Rooms;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Searches the public rooms of a domain by words (XEP-0433). The list of them is read once and believed for a while, so
 * that a search costs the database nothing. On the mailbox of the service's domain.
 */
final class ChannelSearch {
    private static final String NS = "urn:xmpp:channel-search:0:search";
    private static final String PARAMETERS = "urn:xmpp:channel-search:0:search-params";
    private static final String ORDER = "{urn:xmpp:channel-search:0:order}";
    private static final String ERRORS = "urn:xmpp:channel-search:0:error";
    private static final String MUC = "xep-0045";
    private static final Duration BELIEVED = Duration.ofSeconds(30);
    private static final int MOST = 10_000; // rooms of one domain
    private static final int ON_A_PAGE = 100;
    private static final int AT_ONCE = 500; // from the database
    private static final int MOST_WORDS = 10;
    private static final int SHORTEST_WORD = 2;

    private record Found(Jid address, RoomConfig config) {
        boolean has(String word, boolean name, boolean description, boolean where) {
            return name && in(config.text(RoomOption.NAME), word)
                    || description && in(config.text(RoomOption.DESCRIPTION), word)
                    || where && in(address.local(), word);
        }

        private static boolean in(String text, String word) { return text.toLowerCase(Locale.ROOT).contains(word); }
    }

    /** @param users at one moment: what is sorted by may not change meanwhile */
    private record Counted(Found room, int users) {
        Jid address() { return room.address; }
    }

    private final LiveRooms rooms;
    private final Cache<String, List<Found>> lists =
            Caffeine.newBuilder().maximumSize(100).expireAfterWrite(BELIEVED).build(); // by domain

    @Inject ChannelSearch(LiveRooms rooms) { this.rooms = rooms; }

    List<Hook.Declaration> declarations() {
        return List.of(Hook.serviceFeature(NS), Hook.onGet(Hook.To.SERVICE, NS, "search", this::search));
    }

    private Iq.Response search(Query query) {
        var submitted = DataForm.in(query.element());
        if (submitted.isEmpty()) return query.result(Element.of(NS, "search").with(form()));
        if (!submitted.get().type().equals(PARAMETERS))
            throw StanzaException.badRequest("the form is of type " + PARAMETERS);
        return query.result(results(query, submitted.get(), PageRequest.in(query.element())));
    }

    private static Element form() {
        return DataForm.blank(PARAMETERS, field("q", "text-single", "Search for"),
                field("all", "boolean", "Return all entries (ignore search terms)"),
                field("sinname", "boolean", "Search in name").with(DataForm.value("true")),
                field("sindescription", "boolean", "Search in description").with(DataForm.value("true")),
                field("sinaddress", "boolean", "Search in address").with(DataForm.value("true")),
                field("min_users", "text-single", "Minimum number of users").with(DataForm.value("0")),
                field("types", "list-multi", "Service types").with(DataForm.value(MUC), option(MUC, "Multi-User Chat")),
                field("key", "list-single", "Sort results by").with(DataForm.value(ORDER + "nusers"),
                        option(ORDER + "nusers", "Number of online users"), option(ORDER + "address", "Address")));
    }

    private static Element field(String name, String type, String label) {
        return DataForm.field(name, type).with("label", label);
    }

    private static Element option(String value, String label) {
        return Element.of(DataForm.NS, "option").with("label", label).with(DataForm.value(value));
    }

    // ---- results

    private Element results(Query query, DataForm form, PageRequest page) {
        if (page.isBackwards())
            throw new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED.because("pages go forward"));
        var words = words(form);
        long least = form.first("min_users").filter(n -> n.matches("[0-9]{1,9}")).map(Long::parseLong).orElse(0L);
        boolean wanted = form.all("types").isEmpty() || form.all("types").contains(MUC);
        Predicate<Found> fits = f -> wanted && words.stream().allMatch(
                word -> f.has(word, isOn(form, "sinname"), isOn(form, "sindescription"), isOn(form, "sinaddress")));
        var byAddress = Comparator.<Counted, String>comparing(f -> f.address().toString());
        boolean byUsers = byUsers(form);
        var all = listed(query.iq().to().domain()).stream().filter(fits)
                .map(f -> new Counted(f, rooms.occupants(f.address)))
                .filter(f -> f.users >= least).sorted(byUsers
                        ? Comparator.comparingInt(Counted::users).reversed().thenComparing(byAddress) : byAddress)
                .toList();
        int from = page.after().map(after -> from(all, after, byUsers)).orElse(0);
        var shown = all.subList(from, Math.min(all.size(), from + Math.min(page.most().orElse(ON_A_PAGE), ON_A_PAGE)));
        var set = PageRequest.result(shown.isEmpty() ? "" : shown.getFirst().address().toString(),
                shown.isEmpty() ? "" : shown.getLast().address().toString());
        return Element.of(NS, "result").with(shown.stream().map(ChannelSearch::item).toList()).with(set);
    }

    /** Where a page begins; by address it is found though its last room may be gone. */
    private static int from(List<Counted> all, String after, boolean byUsers) {
        for (int i = 0; i < all.size(); i++) {
            int order = all.get(i).address().toString().compareTo(after);
            if (order == 0) return i + 1;
            if (!byUsers && order > 0) return i;
        }
        return all.size();
    }

    /** What to look for; nothing for all there is. */
    private static List<String> words(DataForm form) {
        boolean all = form.first("all").filter(v -> v.equals("1") || v.equals("true")).isPresent();
        var q = form.first("q").map(String::strip).filter(text -> !text.isEmpty());
        if (all && q.isPresent()) throw no(Condition.BAD_REQUEST, "either all, or those with some words",
                Element.of(ERRORS, "conflicting-fields").with(Element.of(ERRORS, "var").withText("all"),
                        Element.of(ERRORS, "var").withText("q")));
        if (!all && q.isEmpty())
            throw no(Condition.BAD_REQUEST, "what is to be looked for?", Element.of(ERRORS, "no-search-conditions"));
        var words = q.stream().flatMap(text -> Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+")))
                .filter(word -> word.length() >= SHORTEST_WORD).limit(MOST_WORDS).toList();
        if (!all && words.isEmpty()) throw no(Condition.BAD_REQUEST,
                "a word has at least " + SHORTEST_WORD + " characters", Element.of(ERRORS, "invalid-search-terms"));
        return words;
    }

    private static boolean byUsers(DataForm form) {
        String key = form.first("key").filter(k -> !k.isEmpty()).orElse(ORDER + "nusers");
        if (!key.equals(ORDER + "nusers") && !key.equals(ORDER + "address")) throw no(Condition.FEATURE_NOT_IMPLEMENTED,
                "rooms are not sorted so", Element.of(ERRORS, "invalid-sort-key"));
        return key.equals(ORDER + "nusers");
    }

    private static StanzaException no(Condition condition, String why, Element specific) {
        return new StanzaException(condition.because(why).as(im.martlet.stanza.StanzaError.Type.MODIFY).with(specific));
    }

    private static boolean isOn(DataForm form, String field) {
        return form.first(field).filter(v -> v.equals("0") || v.equals("false")).isEmpty();
    }

    private static Element item(Counted counted) {
        var f = counted.room;
        var parts = new ArrayList<Element>();
        text(parts, "name", f.config.text(RoomOption.NAME));
        text(parts, "description", f.config.text(RoomOption.DESCRIPTION));
        text(parts, "language", f.config.text(RoomOption.LANGUAGE));
        text(parts, "nusers", String.valueOf(counted.users));
        text(parts, "service-type", MUC);
        if (f.config.isOpen()) parts.add(Element.of(NS, "is-open"));
        text(parts, "anonymity-mode",
                f.config.isNonAnonymous() ? "{urn:xmpp:channel-search:0:anonymity}none" : "muc_semianonymous");
        return Element.of(NS, "item").with("address", f.address).with(parts);
    }

    private static void text(List<Element> parts, String name, String value) {
        if (!value.isEmpty()) parts.add(Element.of(NS, name).withText(value));
    }

    // ---- what there is

    private List<Found> listed(String domain) { return lists.get(domain, this::read); }

    private List<Found> read(String domain) {
        var all = new ArrayList<Found>();
        String after = "";
        while (all.size() < MOST) {
            var page = rooms.list(domain, Rooms.Which.LISTED, after, AT_ONCE);
            page.forEach(room -> all.add(new Found(room.address(), RoomConfigForm.kept(room.settings().rest()))));
            if (page.size() < AT_ONCE) break;
            after = page.getLast().address().local();
        }
        return List.copyOf(all);
    }
}
