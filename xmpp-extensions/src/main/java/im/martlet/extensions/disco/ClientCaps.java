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
 * What clients can do, by what their presence announces (XEP-0115 §6). One client of those that announce a hash is
 * asked; its answer is believed for all others, and for ever, only if the hash is that of the answer. Otherwise it
 * holds for itself. Any thread.
 */
@Singleton
public final class ClientCaps {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCaps.class);
    private static final String NS = "http://jabber.org/protocol/caps";
    private static final int LONGEST_HASH = 100;
    private static final int MOST_IN_MEMORY = 8_000_000; // letters
    private static final int WEIGHT = 100; // of a hash that says nothing

    private static final int PATIENCE = 3; // seconds, until another one is asked too

    /** @param asker the host of ours that is to ask */
    private record PendingLookup(Jid asker, Jid client, String node, Consumer<Set<String>> then) {}

    /** A client, and whom it has shown its presence to: only the latest counts. */
    private record Shown(Jid client, Optional<Jid> to) {}

    /** Those who announce one hash. */
    private static final class Announced {
        final ArrayDeque<PendingLookup> asked = new ArrayDeque<>(); // and have not answered
        final LinkedHashMap<Shown, PendingLookup> waiting = new LinkedHashMap<>(); // for their answers
        boolean overdue; // are those answers: who comes next is asked, too
    }

    /** How a client is asked. */
    interface Asking {
        CompletableFuture<Iq.Response> ask(Jid host, Jid client, Element question);
    }

    private final Capabilities store;
    private final Asking questions;
    private final Executor later;
    private final Cache<Hash, Set<String>> known = Caffeine.newBuilder().maximumWeight(MOST_IN_MEMORY)
            .weigher((Hash _, Set<String> features) -> WEIGHT + features.stream().mapToInt(String::length).sum())
            .build();
    private final Map<Hash, Announced> asking = new HashMap<>(); // guarded by itself, and so is what is in it

    @Inject ClientCaps(Capabilities store, ServerQueries questions) {
        this(store, questions::ask, CompletableFuture.delayedExecutor(PATIENCE, TimeUnit.SECONDS));
    }

    /** @param later runs what it is given when patience is at an end */
    ClientCaps(Capabilities store, Asking questions, Executor later) {
        this.store = store;
        this.questions = questions;
        this.later = later;
    }

    /**
     * Finds out what the client can do that a presence is from. May ask the database.
     *
     * @param then told the features: at once, or later on another thread, which it must not block; never when nobody
     * can tell
     */
    public void resolve(Presence presence, Consumer<Set<String>> then) {
        var caps = presence.child(NS, "c");
        var ver = caps.flatMap(c -> c.attribute("ver")).orElse("");
        if (caps.isEmpty() || ver.isEmpty()) {
            then.accept(Set.of());
            return;
        }
        var asker = presence.to() == null ? presence.from().host() : presence.to().host(); // who has come is of ours, or has come to somebody who is
        var client =
                new PendingLookup(asker, presence.from(), caps.get().attribute("node").orElse("") + "#" + ver, then);
        var hash = caps.get().attribute("hash")
                .filter(algorithm -> CapsHash.isKnown(algorithm) && ver.length() <= LONGEST_HASH)
                .map(algorithm -> new Hash(algorithm, ver));
        if (hash.isEmpty()) ask(client, info -> client.then.accept(CapsHash.features(info))); // §8: an old client, or one with a hash of its own: that proves nothing
        else remembered(hash.get()).ifPresentOrElse(then,
                () -> wait(hash.get(), new Shown(presence.from(), Optional.ofNullable(presence.to())), client));
    }

    private Optional<Set<String>> remembered(Hash hash) {
        var features = known.getIfPresent(hash);
        if (features != null) return Optional.of(features);
        var stored = store.features(hash);
        stored.ifPresent(found -> known.put(hash, found));
        return stored;
    }

    private void wait(Hash hash, Shown shown, PendingLookup client) {
        synchronized (asking) {
            var all = asking.computeIfAbsent(hash, _ -> new Announced());
            if (!all.asked.isEmpty() && !all.overdue) {
                all.waiting.put(shown, client);
                return;
            }
            all.asked.add(client);
            all.overdue = false;
        }
        ask(hash, client);
    }

    private void ask(Hash hash, PendingLookup client) {
        questions.ask(client.asker, client.client, question(client)).whenComplete((answer, _) -> Thread.ofVirtual()
                .name("caps").start(() -> heard(hash, client, Optional.ofNullable(answer).flatMap(ClientCaps::info))));
        later.execute(() -> askNext(hash, client, false)); // it may have gone
    }

    private void ask(PendingLookup client, Consumer<Element> then) {
        questions.ask(client.asker, client.client, question(client)).thenAccept(answer -> info(answer)
                .ifPresent(info -> Thread.ofVirtual().name("caps").start(() -> then.accept(info))));
    }

    private static Element question(PendingLookup client) {
        return Element.of(DiscoInfo.NS, "query").with("node", client.node);
    }

    private static Optional<Element> info(Iq.Response answer) {
        return answer instanceof Iq.Result result ? result.child(DiscoInfo.NS, "query") : Optional.empty();
    }

    private void heard(Hash hash, PendingLookup client, Optional<Element> info) {
        if (info.filter(answer -> CapsHash.proves(answer, hash)).isPresent()) {
            var features = CapsHash.features(info.get());
            remember(hash, features);
            Announced all;
            synchronized (asking) {
                all = asking.remove(hash);
            }
            if (all != null) Stream.concat(all.asked.stream(), all.waiting.values().stream())
                    .forEach(each -> each.then.accept(features));
        } else {
            info.ifPresent(answer -> client.then.accept(CapsHash.features(answer))); // §5.4: of itself it may say what it likes
            askNext(hash, client, true);
        }
    }

    private void remember(Hash hash, Set<String> features) {
        known.put(hash, features);
        try {
            store.put(hash, features);
        } catch (StorageException e) {
            LOG.warn("what clients with the hash {} can do cannot be kept now: {}", hash.value(), e.getMessage());
        }
    }

    /** Asks one of those who wait, if this one has not answered, or not with the truth. */
    private void askNext(Hash hash, PendingLookup client, boolean failed) {
        PendingLookup next;
        synchronized (asking) {
            var all = asking.get(hash);
            if (all == null || !all.asked.contains(client)) return;
            if (failed) all.asked.remove(client);
            var first = all.waiting.pollFirstEntry();
            next = first == null ? null : first.getValue();
            if (next != null) all.asked.add(next);
            else if (all.asked.isEmpty()) asking.remove(hash);
            else if (!failed) all.overdue = true;
        }
        if (next != null) ask(hash, next);
    }
}
