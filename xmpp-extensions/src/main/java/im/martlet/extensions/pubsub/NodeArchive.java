package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.archive.ArchiveQueries;
import im.martlet.archive.NodeArchives;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.session.Account;
import im.martlet.spec.Xep;
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
 * XEP-0442: lets clients read the items of a node as an archive. The archive holds the node's present items in the
 * order of their publication. Retracted and replaced items are not in it. An entity that may retrieve items may read
 * it.
 */
@Xep(number = 442, title = "Pubsub Message Archive Management", version = "0.2.0",
        note = "the node's present items, as an archive; replaced items are not in it")
public final class NodeArchive implements NodeArchives {
    private final PubSubStores stores;
    private final NodeAccess access;
    private final ArchiveQueries queries;
    private final AccountHosts hosts;

    @Inject NodeArchive(PubSubStores stores, NodeAccess access, ArchiveQueries queries, AccountHosts hosts) {
        this.stores = stores;
        this.access = access;
        this.queries = queries;
        this.hosts = hosts;
    }

    /** Returns the disco features of such archives; empty if this server has no archives. */
    List<String> features() {
        return queries.features();
    }

    /** Returns the namespace of requests for such archives; empty if this server has no archives. */
    Optional<String> namespace() {
        return features().stream().filter(f -> !f.contains("#")).findFirst();
    }

    @Override public List<Stanza> answer(Account account, Iq.Request request) {
        return answer(hosts.of(account), request);
    }

    List<Stanza> answer(PubSubHost host, Iq.Request request) {
        var target =
                access.require(host, PubSubXml.node(request.element()), request.from(), NodeOperation.RETRIEVE);
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS)) throw PubSubErrors.unsupported("persistent-items");
        return queries.answer(request, host.jid(), new ItemSource(stores.items(), target))
                .orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()));
    }

    private record ItemSource(NodeItems items, Target target) implements ArchiveQueries.Source {
        @Override public List<Entry> page(Selection selection, int limit, boolean newest) {
            selection.with().ifPresent(_ -> checkPublishersAreVisible());
            return page(selection.after(), selection.before(), selection.with(), selection.ids(), limit, newest)
                    .map(this::entry).toList();
        }

        private Stream<Item> page(long after, long before, Optional<Jid> publisher, Set<Long> ids, int limit,
                boolean newest) {
            return items.page(target.node().id(),
                    new Range(Math.max(after, RetrieveHandler.oldest(target.config())), before, publisher, ids), limit,
                    newest).stream();
        }

        /** Rejects a filter by publisher if items do not show the requester their publisher. */
        private void checkPublishersAreVisible() {
            if (target.relation().affiliation() != Affiliation.OWNER
                    && !target.config().get(NodeConfigField.ITEMREPLY).equals("publisher"))
                throw new StanzaException(Condition.FORBIDDEN.because("this node hides the publishers of its items"));
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
