package im.martlet.extensions.bookmarks;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.xml.Element;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Conversion of bookmarks between their two forms. */
class BookmarkFormsTest {
    private static final int ROUNDS = 2000;

    private final Random random = new Random(20261125);

    private String text() { return List.of("", "The Play", "a & b < c", "ä€😀", "x'y\"z").get(random.nextInt(5)); }

    private Element foreign() {
        var e = Element.of("urn:example:" + random.nextInt(4), "e" + random.nextInt(2)).withText(text());
        return random.nextBoolean() ? e : e.with(Element.of("urn:example:inner", "i").with("a", text()));
    }

    private Element bookmark() {
        var e = Element.of(BookmarkForms.NATIVE, "conference");
        if (random.nextBoolean()) e = e.with("name", text());
        if (random.nextBoolean()) e = e.with("autojoin", random.nextBoolean() ? "true" : "1");
        if (random.nextBoolean()) e = e.with(Element.of(BookmarkForms.NATIVE, "nick").withText(text()));
        if (random.nextBoolean()) e = e.with(Element.of(BookmarkForms.NATIVE, "password").withText(text()));
        int extensions = random.nextInt(3);
        if (extensions == 0) return e;
        var all = Element.of(BookmarkForms.NATIVE, "extensions").with(foreign());
        return e.with(extensions == 1 ? all : all.with(Element.of("urn:example:second", "s")));
    }

    private Map<String, Element> bookmarks() {
        var all = new LinkedHashMap<String, Element>();
        for (int i = random.nextInt(4); i > 0; i--) all.put("room" + random.nextInt(6) + "@rooms.example", bookmark());
        return all;
    }

    private static final Element URL =
            Element.of(BookmarkForms.LIST, "url").with("name", "Complete Works").with("url", "http://example.org/");

    @Test void bookmarksAreUnchangedAfterConversionToAListAndBack() {
        for (int i = 0; i < ROUNDS; i++) {
            var bookmarks = bookmarks();
            var list = BookmarkForms.list(bookmarks, Optional.empty());
            assertThat(BookmarkForms.bookmarks(list, Map.of())).isEqualTo(bookmarks);
            assertThat(BookmarkForms.bookmarks(list, bookmarks)).as("with earlier bookmarks").isEqualTo(bookmarks);
            assertThat(BookmarkForms.list(BookmarkForms.bookmarks(list, Map.of()), Optional.of(list))).isEqualTo(list);
        }
    }

    @Test void extensionsThatTheListLacksAreKept() {
        for (int i = 0; i < ROUNDS; i++) {
            var bookmarks = bookmarks();
            var list = BookmarkForms.list(bookmarks, Optional.empty());
            var plain = Element.of(BookmarkForms.LIST, "storage").with(list.children().stream()
                    .map(e -> e.without(child -> !child.namespace().equals(BookmarkForms.LIST))).toList());
            assertThat(BookmarkForms.bookmarks(plain, bookmarks)).isEqualTo(bookmarks);
        }
    }

    @Test void webPagesStayInTheListAndAreNotRooms() {
        var list = Element.of(BookmarkForms.LIST, "storage").with(URL,
                Element.of(BookmarkForms.LIST, "conference").with("jid", "not an @@ address"));
        assertThat(BookmarkForms.bookmarks(list, Map.of())).isEmpty();
        var bookmarks = bookmarks();
        assertThat(BookmarkForms.list(bookmarks, Optional.of(list)).children()).hasSize(bookmarks.size() + 2)
                .contains(URL);
    }

    @Test void addressesOfRoomsAreNormalized() {
        var list = Element.of(BookmarkForms.LIST, "storage").with(Element.of(BookmarkForms.LIST, "conference")
                .with("jid", "Play@Rooms.Example").with("name", "The Play"));
        assertThat(BookmarkForms.bookmarks(list, Map.of())).containsOnlyKeys("play@rooms.example");
    }
}
