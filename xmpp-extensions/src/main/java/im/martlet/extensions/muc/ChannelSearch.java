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
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError;
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
 * Searches the public rooms of a domain by words (XEP-0433). The list of rooms is read once and cached for a short
 * time, so that most searches do not ask the database. On the mailbox of the service's domain.
 */
@Xep(number = 433, title = "Extended Channel Search", version = "0.1.0", note = "for the rooms of this server")
final class ChannelSearch implements RoomFeature {
    private static final String NS = "urn:xmpp:channel-search:0:search";
    private static final String PARAMETERS = "urn:xmpp:channel-search:0:search-params";
    private static final String ORDER = "{urn:xmpp:channel-search:0:order}";
    private static final String ERRORS = "urn:xmpp:channel-search:0:error";
    private static final String MUC = "xep-0045";
    private static final Duration CACHE_TIME = Duration.ofSeconds(30);
    private static final int MAX_ROOMS = 10_000; // of one domain
    private static final int MAX_PAGE = 100; // rooms
    private static final int QUERY_SIZE = 500; // rooms of one database query
    private static final int MAX_WORDS = 10;
    private static final int MIN_WORD = 2; // characters

    private record PublicRoom(Jid address, RoomConfig config) {
        boolean has(String word, boolean name, boolean description, boolean localpart) {
            return name && in(config.text(RoomOption.NAME), word)
                    || description && in(config.text(RoomOption.DESCRIPTION), word)
                    || localpart && in(address.local(), word);
        }

        private static boolean in(String text, String word) { return text.toLowerCase(Locale.ROOT).contains(word); }
    }

    /** @param users the number of occupants at one moment: the sort key must not change while sorting */
    private record CountedRoom(PublicRoom room, int users) {
        Jid address() { return room.address; }
    }

    private final LiveRooms rooms;
    private final Cache<String, List<PublicRoom>> lists =
            Caffeine.newBuilder().maximumSize(100).expireAfterWrite(CACHE_TIME).build(); // by domain

    @Inject ChannelSearch(LiveRooms rooms) { this.rooms = rooms; }

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.ServiceDeclaration(Hook.serviceFeature(NS)),
                new RoomHook.ServiceDeclaration(Hook.onGet(Hook.To.SERVICE, NS, "search", this::search)));
    }

    private Iq.Response search(Query query) {
        var submitted = DataForm.in(query.element());
        if (submitted.isEmpty()) return query.result(Element.of(NS, "search").with(form()));
        if (!submitted.get().type().equals(PARAMETERS))
            throw StanzaException.badRequest("the form must be of type " + PARAMETERS);
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
            throw new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED.because("this search does not page backwards"));
        var words = words(form);
        long minUsers = form.first("min_users").filter(n -> n.matches("[0-9]{1,9}")).map(Long::parseLong).orElse(0L);
        boolean searchesRooms = form.all("types").isEmpty() || form.all("types").contains(MUC);
        Predicate<PublicRoom> matches = f -> searchesRooms && words.stream().allMatch(
                word -> f.has(word, isOn(form, "sinname"), isOn(form, "sindescription"), isOn(form, "sinaddress")));
        var byAddress = Comparator.<CountedRoom, String>comparing(f -> f.address().toString());
        boolean byUsers = byUsers(form);
        var all = listed(query.iq().to().domain()).stream().filter(matches)
                .map(f -> new CountedRoom(f, rooms.occupantCount(f.address)))
                .filter(f -> f.users >= minUsers).sorted(byUsers
                        ? Comparator.comparingInt(CountedRoom::users).reversed().thenComparing(byAddress) : byAddress)
                .toList();
        int from = page.after().map(after -> from(all, after, byUsers)).orElse(0);
        var shown = all.subList(from, Math.min(all.size(), from + Math.min(page.most().orElse(MAX_PAGE), MAX_PAGE)));
        var set = PageRequest.result(shown.isEmpty() ? "" : shown.getFirst().address().toString(),
                shown.isEmpty() ? "" : shown.getLast().address().toString());
        return Element.of(NS, "result").with(shown.stream().map(ChannelSearch::item).toList()).with(set);
    }

    /** Returns the index where a page begins. In order of address, the last room of the page before may be gone. */
    private static int from(List<CountedRoom> all, String after, boolean byUsers) {
        for (int i = 0; i < all.size(); i++) {
            int order = all.get(i).address().toString().compareTo(after);
            if (order == 0) return i + 1;
            if (!byUsers && order > 0) return i;
        }
        return all.size();
    }

    /** Returns the words to search for; empty when the search is for all rooms. */
    private static List<String> words(DataForm form) {
        boolean all = form.first("all").filter(v -> v.equals("1") || v.equals("true")).isPresent();
        var q = form.first("q").map(String::strip).filter(text -> !text.isEmpty());
        if (all && q.isPresent()) throw error(Condition.BAD_REQUEST,
                "search for words or for all rooms, not for both",
                Element.of(ERRORS, "conflicting-fields").with(Element.of(ERRORS, "var").withText("all"),
                        Element.of(ERRORS, "var").withText("q")));
        if (!all && q.isEmpty())
            throw error(Condition.BAD_REQUEST, "a search needs words in 'q' or a true 'all'",
                    Element.of(ERRORS, "no-search-conditions"));
        var words = q.stream().flatMap(text -> Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+")))
                .filter(word -> word.length() >= MIN_WORD).limit(MAX_WORDS).toList();
        if (!all && words.isEmpty()) throw error(Condition.BAD_REQUEST,
                "a search needs a word of at least " + MIN_WORD + " characters",
                Element.of(ERRORS, "invalid-search-terms"));
        return words;
    }

    private static boolean byUsers(DataForm form) {
        String key = form.first("key").filter(k -> !k.isEmpty()).orElse(ORDER + "nusers");
        if (!key.equals(ORDER + "nusers") && !key.equals(ORDER + "address"))
            throw error(Condition.FEATURE_NOT_IMPLEMENTED,
                    "rooms cannot be sorted by this key", Element.of(ERRORS, "invalid-sort-key"));
        return key.equals(ORDER + "nusers");
    }

    private static StanzaException error(Condition condition, String reason, Element specific) {
        return new StanzaException(condition.because(reason).as(StanzaError.Type.MODIFY).with(specific));
    }

    private static boolean isOn(DataForm form, String field) {
        return form.first(field).filter(v -> v.equals("0") || v.equals("false")).isEmpty();
    }

    private static Element item(CountedRoom counted) {
        var room = counted.room;
        var parts = new ArrayList<Element>();
        text(parts, "name", room.config.text(RoomOption.NAME));
        text(parts, "description", room.config.text(RoomOption.DESCRIPTION));
        text(parts, "language", room.config.text(RoomOption.LANGUAGE));
        text(parts, "nusers", String.valueOf(counted.users));
        text(parts, "service-type", MUC);
        if (room.config.isOpen()) parts.add(Element.of(NS, "is-open"));
        text(parts, "anonymity-mode",
                room.config.isNonAnonymous() ? "{urn:xmpp:channel-search:0:anonymity}none" : "muc_semianonymous");
        return Element.of(NS, "item").with("address", room.address).with(parts);
    }

    private static void text(List<Element> parts, String name, String value) {
        if (!value.isEmpty()) parts.add(Element.of(NS, name).withText(value));
    }

    // ---- the rooms

    private List<PublicRoom> listed(String domain) { return lists.get(domain, this::read); }

    private List<PublicRoom> read(String domain) {
        var all = new ArrayList<PublicRoom>();
        String after = "";
        while (all.size() < MAX_ROOMS) {
            var page = rooms.list(domain, Rooms.Which.LISTED, after, QUERY_SIZE);
            page.forEach(
                    room -> all.add(new PublicRoom(room.address(), RoomConfigForm.stored(room.settings().rest()))));
            if (page.size() < QUERY_SIZE) break;
            after = page.getLast().address().local();
        }
        return List.copyOf(all);
    }
}
