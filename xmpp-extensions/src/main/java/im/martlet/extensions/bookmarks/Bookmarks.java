package im.martlet.extensions.bookmarks;

import static im.martlet.extensions.bookmarks.BookmarkForms.LIST;
import static im.martlet.extensions.bookmarks.BookmarkForms.NATIVE;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extensions.privatexml.PrivateXmlView;
import im.martlet.extensions.pubsub.NodeDefaults;
import im.martlet.extensions.pubsub.NodeMirror;
import im.martlet.extensions.pubsub.Pep;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.session.Account;
import im.martlet.session.Slots;
import im.martlet.spec.Xep;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the three forms of bookmarks equal: one item each (XEP-0402), one list in a node (XEP-0048), and the list as
 * private XML (XEP-0049). When a client writes one form, the others follow, and their subscribers are notified of the
 * changes.
 */
@Xep(number = 48, title = "Bookmarks", version = "1.2")
@Xep(number = 402, title = "PEP Native Bookmarks", version = "1.2.0")
@Xep(number = 411, title = "Bookmarks Conversion", version = "1.1.0")
public final class Bookmarks implements Extension, NodeDefaults, NodeMirror, PrivateXmlView {
    private static final Slots.Key<Boolean> CONVERTING = Slots.Key.of("bookmarks.converting", () -> false);
    private static final String CURRENT = "current";
    private static final int MOST = 2000;

    private final Provider<Pep> pep; // it needs this class as a profile

    @Inject Bookmarks(Provider<Pep> pep) { this.pep = pep; }

    @Override public List<Hook> hooks() {
        return List.of(Hook.accountFeature(NATIVE + "#compat"), Hook.accountFeature(NATIVE + "#compat-pep"),
                Hook.accountFeature("urn:xmpp:bookmarks-conversion:0"));
    }

    // ---- nodes

    @Override public boolean describes(String node) { return node.equals(NATIVE) || node.equals(LIST); }

    @Override public NodeConfig configure(String node, NodeConfig standard) {
        var own = standard.with(NodeConfigField.ACCESS_MODEL, "whitelist");
        return node.equals(LIST) ? own
                : own.with(NodeConfigField.MAX_ITEMS, "max").with(NodeConfigField.SEND_LAST_PUBLISHED_ITEM, "never");
    }

    @Override public boolean reflects(String node) { return describes(node); }

    @Override public void changed(Account account, String node) {
        if (account.get(CONVERTING)) return; // this class made the change
        account.put(CONVERTING, true);
        try {
            if (node.equals(NATIVE)) copyToList(account);
            else copyToItems(account);
        } finally {
            account.put(CONVERTING, false);
        }
    }

    private Map<String, Element> items(Account account) {
        var items = new LinkedHashMap<String, Element>();
        for (Item item : pep.get().items(account, NATIVE, MOST))
            if (!item.payload().isEmpty()) items.put(item.name(), Pep.payload(item));
        return items;
    }

    private Optional<Element> list(Account account) {
        return pep.get().last(account, LIST).filter(BookmarkForms::isList);
    }

    /** Updates the list after a change of items (XEP-0402 §5.3.1). */
    private void copyToList(Account account) {
        var before = list(account);
        var after = BookmarkForms.list(items(account), before);
        if (before.filter(after::equals).isPresent()) return;
        makePrivate(account, LIST);
        pep.get().publish(account, LIST, CURRENT, after);
    }

    /** Updates the items after a change of the list. Publishes only items that have changed (XEP-0402 §5.3.2). */
    private void copyToItems(Account account) {
        var list = list(account);
        if (list.isEmpty()) return; // a deleted list does not delete the bookmarks
        var before = items(account);
        var after = BookmarkForms.bookmarks(list.get(), before);
        makePrivate(account, NATIVE);
        after.forEach((room, bookmark) -> {
            if (!bookmark.equals(before.get(room))) pep.get().publish(account, NATIVE, room, bookmark);
        });
        pep.get().retract(account, NATIVE, before.keySet().stream()
                .filter(room -> BookmarkForms.isRoom(room) && !after.containsKey(room)).toList());
        var merged = BookmarkForms.list(after, list);
        if (!BookmarkForms.bookmarks(list.get(), Map.of()).equals(BookmarkForms.bookmarks(merged, Map.of())))
            pep.get().publish(account, LIST, CURRENT, merged); // with the extensions that the list lacked
    }

    /** Makes a node private, because a copy must not be visible to more entities than its source (XEP-0411 §5). */
    private void makePrivate(Account account, String node) {
        pep.get().config(account, node).filter(config -> config.access() != AccessModel.WHITELIST)
                .ifPresent(config -> pep.get().configure(account, node,
                        config.with(NodeConfigField.ACCESS_MODEL, "whitelist")));
    }

    // ---- private XML

    @Override public boolean shows(String namespace, String name) {
        return namespace.equals(LIST) && name.equals("storage");
    }

    @Override public Element read(Account account) { return list(account).orElse(Element.of(LIST, "storage")); }

    @Override public void write(Account account, Element element) {
        makePrivate(account, LIST);
        pep.get().publish(account, LIST, CURRENT, element);
    }
}
