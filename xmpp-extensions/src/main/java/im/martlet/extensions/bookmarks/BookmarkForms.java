package im.martlet.extensions.bookmarks;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.xml.Element;
import im.martlet.xml.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Converts bookmarks between their two forms: an item of its own (XEP-0402 §2), and an element in a list (XEP-0048 §2).
 * Elements of other specifications are inside {@code <extensions/>} in an item, and directly inside the list's element.
 * Pure.
 */
final class BookmarkForms {
    static final String NATIVE = "urn:xmpp:bookmarks:1";
    static final String LIST = "storage:bookmarks";
    private static final Set<String> ATTRIBUTES = Set.of("name", "autojoin");

    private BookmarkForms() {}

    static boolean isList(Element payload) { return payload.is(LIST, "storage"); }

    /** Returns the room of an element in a list; empty if it has no valid address. */
    static Optional<String> room(Element listed) {
        if (!listed.is(LIST, "conference")) return Optional.empty();
        try {
            return listed.attribute("jid").map(Jid::parse).map(Jid::bare).map(Jid::toString);
        } catch (JidException e) {
            return Optional.empty();
        }
    }

    /** Returns whether an item is the bookmark of a room. A list cannot show other items. */
    static boolean isRoom(String item) {
        return room(Element.of(LIST, "conference").with("jid", item)).isPresent();
    }

    // ---- from items to the list

    /** Returns the list with these bookmarks. Keeps the other elements that the list had before. */
    static Element list(Map<String, Element> bookmarks, Optional<Element> before) {
        var others = before.map(Element::children).orElse(List.of()).stream().filter(e -> room(e).isEmpty()).toList();
        var rooms = bookmarks.entrySet().stream().filter(e -> isRoom(e.getKey()))
                .map(e -> listed(e.getKey(), e.getValue())).toList();
        return Element.of(LIST, "storage").with(rooms).with(others);
    }

    private static Element listed(String room, Element bookmark) {
        var e = Element.of(LIST, "conference").with("jid", room);
        for (int i = 0; i < bookmark.attributeCount(); i++) if (ATTRIBUTES.contains(bookmark.attributeName(i)))
            e = e.with(bookmark.attributeName(i), bookmark.attributeValue(i));
        for (Element child : bookmark.children())
            e = child.is(NATIVE, "extensions") ? e.with(child.children())
                    : child.namespace().equals(NATIVE) ? e.with(moved(child, NATIVE, LIST)) : e.with(child);
        return e;
    }

    /** Moves an element, and the elements of its namespace inside it, to another namespace. */
    private static Element moved(Element e, String from, String to) {
        if (!e.namespace().equals(from)) return e;
        return e.renamed(to,
                e.nodes().stream().<Node>map(n -> n instanceof Element child ? moved(child, from, to) : n).toList());
    }

    // ---- from the list to items

    /** Returns the bookmarks of a list. Keeps the earlier extensions that the list does not contain. */
    static Map<String, Element> bookmarks(Element list, Map<String, Element> before) {
        var bookmarks = new LinkedHashMap<String, Element>();
        for (Element listed : list.children()) room(listed)
                .ifPresent(
                        room -> bookmarks.put(room, bookmark(listed, Optional.ofNullable(before.get(room)))));
        return bookmarks;
    }

    private static Element bookmark(Element listed, Optional<Element> before) {
        var e = Element.of(NATIVE, "conference");
        for (int i = 0; i < listed.attributeCount(); i++) if (ATTRIBUTES.contains(listed.attributeName(i)))
            e = e.with(listed.attributeName(i), listed.attributeValue(i));
        var foreign = new ArrayList<Element>();
        for (Element child : listed.children()) {
            if (child.namespace().equals(LIST)) e = e.with(moved(child, LIST, NATIVE));
            else foreign.add(child);
        }
        var extensions =
                merged(foreign, before.flatMap(b -> b.child("extensions")).map(Element::children).orElse(List.of()));
        return extensions.isEmpty() ? e : e.with(Element.of(NATIVE, "extensions").with(extensions));
    }

    private static List<Element> merged(List<Element> now, List<Element> before) {
        var all = new ArrayList<Element>();
        for (Element old : before)
            all.add(now.stream().filter(e -> e.is(old.namespace(), old.name())).findFirst().orElse(old));
        for (Element e : now) if (before.stream().noneMatch(old -> old.is(e.namespace(), e.name()))) all.add(e);
        return all;
    }
}
