package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.archive.ArchiveQueries;
import im.martlet.archive.NodeArchives;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.session.Account;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.log.Archive.Bounds;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeItems;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.storage.pubsub.NodeItems.Range;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * XEP-0442: the items of a node, read as an archive is. What is in the node is in the archive, in the order it was
 * published in; what was retracted or replaced is in neither. Who may retrieve items may read it.
 */
public final class NodeArchive implements NodeArchives {
    private final PubSubStores stores;
    private final NodeAccess desk;
    private final ArchiveQueries queries;
    private final Pep pep;

    @Inject NodeArchive(PubSubStores stores, NodeAccess desk, ArchiveQueries queries, Pep pep) {
        this.stores = stores;
        this.desk = desk;
        this.queries = queries;
        this.pep = pep;
    }

    /** What disco says of who has such archives; nothing when there are no archives here. */
    List<String> features() {
        return queries.features();
    }

    /** What requests for them are of; empty when there are none here. */
    Optional<String> namespace() {
        return features().stream().filter(f -> !f.contains("#")).findFirst();
    }

    @Override public List<Stanza> answer(Account account, Iq.Request request) {
        return answer(pep.of(account), request);
    }

    List<Stanza> answer(PubSubHost place, Iq.Request request) {
        var target = desk.find(place, PubSubXml.node(request.element()), request.from(), NodeOperation.RETRIEVE);
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS)) throw PubSubErrors.unsupported("persistent-items");
        return queries.answer(request, place.jid(), new Shelf(stores.items(), target))
                .orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()));
    }

    private record Shelf(NodeItems items, Target target) implements ArchiveQueries.Source {
        @Override public List<Entry> page(Selection selection, int limit, boolean newest) {
            selection.with().ifPresent(_ -> checkPublishersAreKnown());
            return page(selection.after(), selection.before(), selection.with(), selection.ids(), limit, newest)
                    .map(this::entry).toList();
        }

        private Stream<Item> page(long after, long before, Optional<Jid> publisher, Set<Long> ids, int limit,
                boolean newest) {
            return items.page(target.node().id(),
                    new Range(Math.max(after, RetrieveHandler.oldest(target.config())), before, publisher, ids), limit,
                    newest).stream();
        }

        /** Who is not told who published may not find it out. */
        private void checkPublishersAreKnown() {
            if (target.who().affiliation() != Affiliation.OWNER
                    && !target.config().get(NodeConfigField.ITEMREPLY).equals("publisher"))
                throw new StanzaException(Condition.FORBIDDEN.because("who published what is not told here"));
        }

        private Entry entry(Item item) {
            return new Entry(item.place(), item.publisher(), true, true, Optional.empty(),
                    StoredStanza.bytesForAll(Notifier.notification(target, item)));
        }

        @Override public Set<Long> known(Collection<Long> ids) {
            return page(Long.MIN_VALUE, Long.MAX_VALUE, Optional.empty(), Set.copyOf(ids), ids.size(), false)
                    .map(Item::place).collect(Collectors.toSet());
        }

        @Override public Optional<Bounds> bounds() {
            return end(false).map(first -> new Bounds(first.place(), end(true).orElse(first).place()));
        }

        private Optional<Item> end(boolean newest) {
            return page(Long.MIN_VALUE, Long.MAX_VALUE, Optional.empty(), Set.of(), 1, newest).findFirst();
        }
    }
}
