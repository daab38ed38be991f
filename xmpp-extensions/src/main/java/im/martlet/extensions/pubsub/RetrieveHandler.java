package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.form.PageRequest;
import im.martlet.routing.LocalDomains;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.key.LogId;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.storage.pubsub.NodeItems.Range;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Retrieves items of nodes (XEP-0060 §6.5): all items, the newest ones, some by id, or a page (XEP-0059). */
final class RetrieveHandler {
    private static final int MOST = 2000;
    private static final long MOST_BYTES = 1 << 20; // of one reply
    private static final long MOST_REMOTE_BYTES = 300_000; // a remote server may close a stream after a larger stanza

    private final PubSubStores stores;
    private final NodeAccess access;
    private final LocalDomains domains;

    @Inject RetrieveHandler(PubSubStores stores, NodeAccess access, LocalDomains domains) {
        this.domains = domains;
        this.stores = stores;
        this.access = access;
    }

    /**
     * Items that a request found.
     *
     * @param items in the order of their publication
     * @param whole whether these are all items that match
     */
    private record Found(List<Item> items, boolean whole) {}

    /** @return the content of the reply: the items, and the position of the page if it is one */
    List<Element> items(PubSubHost host, Jid requester, Element pubsub, Element items) {
        var target = access.require(host, PubSubXml.node(items), requester, NodeOperation.RETRIEVE);
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS)) throw PubSubErrors.unsupported("persistent-items");
        items.attribute("subid").ifPresent(id -> checkSubscription(target, requester, id));
        var ids = PubSubXml.children(items, "item").stream().map(
                i -> i.attribute("id").orElseThrow(() -> PubSubErrors.because(Condition.BAD_REQUEST, "item-required")))
                .toList();
        if (ids.size() > MOST)
            throw new StanzaException(
                    Condition.POLICY_VIOLATION.because("a request may have at most " + MOST + " item ids"));
        var page = PageRequest.in(pubsub);
        var newest = items.attribute("max_items").map(RetrieveHandler::number);
        long most = domains.isHost(requester.domain()) ? MOST_BYTES : MOST_REMOTE_BYTES;
        var found = ids.isEmpty() ? read(target, page, newest, most) : named(target, ids, most);
        var reply =
                Element.of(PubSubXml.NS, "items").with("node",
                        target.node().name()).with(
                                found.items.stream()
                                        .map(item -> PubSubXml.item(PubSubXml.NS, item, true,
                                                target.config().get(NodeConfigField.ITEMREPLY).equals("publisher")))
                                        .toList());
        boolean paged = pubsub.child(PageRequest.NS, "set").isPresent() || !found.whole && newest.isEmpty();
        return paged ? List.of(reply, set(target, found.items)) : List.of(reply);
    }

    /** Rejects an id that belongs to no subscription of the requester (§6.5.9.2). */
    private void checkSubscription(Target target, Jid requester, String id) {
        var subscriptions = Stream.of(requester, requester.bare()).distinct()
                .flatMap(address -> stores.subscriptions().of(target.node().id(), address).stream()).toList();
        if (!subscriptions.isEmpty() && subscriptions.stream().noneMatch(s -> s.id().equals(id)))
            throw PubSubErrors.because(Condition.NOT_ACCEPTABLE, "invalid-subid");
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 0) return number;
        } catch (NumberFormatException e) {
        } // rejected below
        throw StanzaException.badRequest("'max_items' must be a number from 0");
    }

    /** Finds items by id. Leaves out items that do not exist (§6.5.8). */
    private Found named(Target target, List<String> ids, long most) {
        long after = oldest(target.config());
        return new Found(
                bounded(stores.items().named(target.node().id(), ids).stream().filter(i -> i.place() > after).toList(),
                        false, most),
                true);
    }

    private Found read(Target target, PageRequest page, Optional<Integer> newest, long bytes) {
        boolean backwards = page.isBackwards() || newest.isPresent();
        int most = Math.min(page.most().or(() -> newest).orElse(MOST), MOST);
        var range = new Range(page.after().map(id -> position(target, id)).orElse(oldest(target.config())),
                page.before().filter(id -> !id.isEmpty()).map(id -> position(target, id)).orElse(Long.MAX_VALUE));
        if (most == 0) return new Found(List.of(), false); // XEP-0059 §2.7: the reply is only the number of items
        var some = stores.items().page(target.node().id(), range, most + 1, backwards);
        var items =
                bounded(some.size() > most ? backwards ? some.subList(1, some.size()) : some.subList(0, most) : some,
                        backwards, bytes);
        return new Found(items, items.size() == some.size());
    }

    private long position(Target target, String id) {
        return stores.items().named(target.node().id(), List.of(id)).stream().findFirst()
                .orElseThrow(PubSubErrors::noSuchNode).place();
    }

    /** Returns as many items as fit into a reply, but at least one if there is any. */
    private static List<Item> bounded(List<Item> items, boolean backwards, long most) {
        var fits = new ArrayList<Item>();
        long bytes = 0;
        for (Item item : backwards ? items.reversed() : items) {
            bytes += bytes(item.payload()) + 2L * bytes(item.name()) + 100;
            if (bytes > most && !fits.isEmpty()) break;
            fits.add(item);
        }
        return backwards ? fits.reversed() : fits;
    }

    private static int bytes(String text) { return text.getBytes(StandardCharsets.UTF_8).length; }

    private static Element set(Target target, List<Item> items) {
        var set = items.isEmpty() ? PageRequest.result("", "")
                : PageRequest.result(items.getFirst().name(), items.getLast().name());
        return set.with(Element.of(PageRequest.NS, "count").withText(String.valueOf(target.node().items())));
    }

    /** Returns the log id before which all items of a node have expired. */
    static long oldest(NodeConfig config) {
        return config.expiry().map(age -> LogId.first(Instant.now().minus(age))).orElse(Long.MIN_VALUE);
    }

    /** Returns the item that was published last. */
    Optional<Item> last(Target target) {
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS)) return Optional.empty();
        return stores.items().page(target.node().id(), new Range(oldest(target.config()), Long.MAX_VALUE), 1, true)
                .stream().findFirst();
    }
}
