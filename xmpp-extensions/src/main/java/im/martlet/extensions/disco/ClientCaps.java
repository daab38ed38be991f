package im.martlet.extensions.disco;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.martlet.address.Jid;
import im.martlet.routing.ServerQueries;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Presence;
import im.martlet.storage.account.Capabilities;
import im.martlet.storage.account.Capabilities.Hash;
import im.martlet.storage.db.StorageException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out the features of clients from the hash that their presence announces (XEP-0115 §6). The server asks one of
 * the clients that announce a hash. If the answer has that hash, it holds for all these clients and for ever. Otherwise
 * it holds for the client that was asked. Any thread.
 */
@Singleton
public final class ClientCaps {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCaps.class);
    private static final String NS = "http://jabber.org/protocol/caps";
    private static final int LONGEST_HASH = 100; // characters
    private static final int MOST_IN_MEMORY = 8_000_000; // characters
    private static final int WEIGHT = 100; // characters that an entry without features counts
    private static final int TIMEOUT = 3; // seconds until the server asks another client too

    /**
     * A client with a hash that the server does not know yet.
     *
     * @param host the local host that asks
     * @param node the node to ask for: software and hash
     * @param listener receives the features
     */
    private record PendingLookup(Jid host, Jid client, String node, Consumer<Set<String>> listener) {}

    /** A sender and a recipient of presence: the latest presence between them replaces the earlier ones. */
    private record PresencePair(Jid client, Optional<Jid> to) {}

    /** The clients that announce one hash. */
    private static final class HashLookup {
        final ArrayDeque<PendingLookup> asked = new ArrayDeque<>(); // without an answer yet
        final LinkedHashMap<PresencePair, PendingLookup> waiting = new LinkedHashMap<>(); // not asked
        boolean overdue; // the answers are late: the server asks the next client at once
    }

    /** Sends disco#info queries to clients. */
    interface InfoRequests {
        CompletableFuture<Iq.Response> ask(Jid host, Jid client, Element query);
    }

    private final Capabilities store;
    private final InfoRequests requests;
    private final Executor timeout;
    private final Cache<Hash, Set<String>> cache = Caffeine.newBuilder().maximumWeight(MOST_IN_MEMORY)
            .weigher((Hash _, Set<String> features) -> WEIGHT + features.stream().mapToInt(String::length).sum())
            .build();
    private final Map<Hash, HashLookup> lookups = new HashMap<>(); // the map guards itself and its values

    @Inject ClientCaps(Capabilities store, ServerQueries queries) {
        this(store, queries::ask, CompletableFuture.delayedExecutor(TIMEOUT, TimeUnit.SECONDS));
    }

    /** @param timeout runs each task when the time for an answer is over */
    ClientCaps(Capabilities store, InfoRequests requests, Executor timeout) {
        this.store = store;
        this.requests = requests;
        this.timeout = timeout;
    }

    /**
     * Finds out the features of the client that sent a presence. May ask the database.
     *
     * @param listener receives the features, either at once or later on another thread, which it must not block; never
     * called if no client answers
     */
    public void resolve(Presence presence, Consumer<Set<String>> listener) {
        var caps = presence.child(NS, "c");
        var ver = caps.flatMap(c -> c.attribute("ver")).orElse("");
        if (caps.isEmpty() || ver.isEmpty()) {
            listener.accept(Set.of());
            return;
        }
        // sender or recipient is local
        var host = presence.to() == null ? presence.from().host() : presence.to().host();
        var client =
                new PendingLookup(host, presence.from(), caps.get().attribute("node").orElse("") + "#" + ver, listener);
        var hash = caps.get().attribute("hash")
                .filter(algorithm -> CapsHash.isKnown(algorithm) && ver.length() <= LONGEST_HASH)
                .map(algorithm -> new Hash(algorithm, ver));
        // §8: this hash proves nothing
        if (hash.isEmpty()) ask(client, info -> client.listener.accept(CapsHash.features(info)));
        else stored(hash.get()).ifPresentOrElse(listener,
                () -> askOrWait(hash.get(), new PresencePair(presence.from(), Optional.ofNullable(presence.to())),
                        client));
    }

    private Optional<Set<String>> stored(Hash hash) {
        var features = cache.getIfPresent(hash);
        if (features != null) return Optional.of(features);
        var stored = store.features(hash);
        stored.ifPresent(found -> cache.put(hash, found));
        return stored;
    }

    private void askOrWait(Hash hash, PresencePair pair, PendingLookup client) {
        synchronized (lookups) {
            var lookup = lookups.computeIfAbsent(hash, _ -> new HashLookup());
            if (!lookup.asked.isEmpty() && !lookup.overdue) {
                lookup.waiting.put(pair, client);
                return;
            }
            lookup.asked.add(client);
            lookup.overdue = false;
        }
        ask(hash, client);
    }

    private void ask(Hash hash, PendingLookup client) {
        requests.ask(client.host, client.client, query(client)).whenComplete((answer, _) -> Thread.ofVirtual()
                .name("caps").start(() -> take(hash, client, Optional.ofNullable(answer).flatMap(ClientCaps::info))));
        timeout.execute(() -> askNext(hash, client, false)); // the client may have gone offline
    }

    private void ask(PendingLookup client, Consumer<Element> listener) {
        requests.ask(client.host, client.client, query(client)).thenAccept(answer -> info(answer)
                .ifPresent(info -> Thread.ofVirtual().name("caps").start(() -> listener.accept(info))));
    }

    private static Element query(PendingLookup client) {
        return Element.of(DiscoInfo.NS, "query").with("node", client.node);
    }

    private static Optional<Element> info(Iq.Response answer) {
        return answer instanceof Iq.Result result ? result.child(DiscoInfo.NS, "query") : Optional.empty();
    }

    /** Takes the answer of a client; empty if it sent none. */
    private void take(Hash hash, PendingLookup client, Optional<Element> info) {
        if (info.filter(answer -> CapsHash.proves(answer, hash)).isPresent()) {
            var features = CapsHash.features(info.get());
            store(hash, features);
            HashLookup lookup;
            synchronized (lookups) {
                lookup = lookups.remove(hash);
            }
            if (lookup != null) Stream.concat(lookup.asked.stream(), lookup.waiting.values().stream())
                    .forEach(each -> each.listener.accept(features));
        } else {
            // §5.4: it holds for this client only
            info.ifPresent(answer -> client.listener.accept(CapsHash.features(answer)));
            askNext(hash, client, true);
        }
    }

    private void store(Hash hash, Set<String> features) {
        cache.put(hash, features);
        try {
            store.put(hash, features);
        } catch (StorageException e) {
            LOG.warn("the features of clients with the hash {} cannot be stored now: {}; the server asks such a client"
                    + " again after a restart", hash.value(), e.getMessage());
        }
    }

    /**
     * Asks the next waiting client after another client did not answer in time, or gave a wrong answer.
     *
     * @param failed whether the client answered wrongly; false if its time is over
     */
    private void askNext(Hash hash, PendingLookup client, boolean failed) {
        PendingLookup next;
        synchronized (lookups) {
            var lookup = lookups.get(hash);
            if (lookup == null || !lookup.asked.contains(client)) return;
            if (failed) lookup.asked.remove(client);
            var first = lookup.waiting.pollFirstEntry();
            next = first == null ? null : first.getValue();
            if (next != null) lookup.asked.add(next);
            else if (lookup.asked.isEmpty()) lookups.remove(hash);
            else if (!failed) lookup.overdue = true;
        }
        if (next != null) ask(hash, next);
    }
}
