package im.martlet.extensions.abuse;

import im.martlet.address.Jid;
import im.martlet.config.Hosts;
import im.martlet.extensions.abuse.Abuse.Source;
import im.martlet.form.PageRequest;
import im.martlet.routing.ServerQueries;
import im.martlet.stanza.Iq;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes to blocklists and reads each of them as a whole: at start, and every hour, because an event may get lost.
 * On a thread of its own.
 */
final class BlocklistUpdates {
    private static final Logger LOG = LoggerFactory.getLogger(BlocklistUpdates.class);
    private static final int EVERY = 60; // minutes
    private static final int FIRST_PAUSE = 2; // seconds after the first failure; each further failure doubles it
    private static final int LONGEST_PAUSE = 600; // seconds
    private static final int PAGE_SIZE = 500; // items
    private static final int MOST_PAGES = 1000;

    private final ListedAddresses listed;
    private final ServerQueries queries;
    private final Hosts hosts;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("blocklists").factory());

    @Inject BlocklistUpdates(ListedAddresses listed, ServerQueries queries, Hosts hosts) {
        this.listed = listed;
        this.queries = queries;
        this.hosts = hosts;
    }

    void start(List<Source> sources) { sources.forEach(source -> clock.execute(() -> follow(source, FIRST_PAUSE))); }

    void stop() { clock.shutdownNow(); }

    /** @param pause seconds until the next try, if this one fails */
    private void follow(Source source, int pause) {
        try {
            fetch(source);
            schedule(source, FIRST_PAUSE, TimeUnit.MINUTES.toSeconds(EVERY));
        } catch (ExecutionException | IllegalStateException e) {
            LOG.warn("the blocklist {} cannot be read now and stays as it was: {}; the server tries again in {} s",
                    source.name(), e.getMessage(), pause);
            schedule(source, Math.min(2 * pause, LONGEST_PAUSE), pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(Source source, int pause, long seconds) {
        if (!clock.isShutdown()) clock.schedule(() -> follow(source, pause), seconds, TimeUnit.SECONDS);
    }

    private Jid self() { return Jid.of("", hosts.names().stream().sorted().findFirst().orElseThrow(), ""); }

    private void fetch(Source source) throws ExecutionException, InterruptedException {
        var subscribe = Element.of(Namespaces.PUBSUB, "pubsub")
                .with(Element.of(Namespaces.PUBSUB, "subscribe").with("node", source.node()).with("jid", self()));
        check(queries.demand(self(), source.service(), subscribe).get(), "the service refuses the subscription");
        var hashes = new ArrayList<String>();
        Optional<String> after = Optional.of("");
        for (int i = 0; i < MOST_PAGES && after.isPresent(); i++) after = page(source, after.get(), hashes);
        listed.replace(source.name(), hashes);
        LOG.info("the blocklist {} has {} entries", source.name(), hashes.size());
    }

    /** Reads one page. Returns the id after which the next page begins; empty after the last page. */
    private Optional<String> page(Source source, String after, List<String> hashes)
            throws ExecutionException, InterruptedException {
        var set = Element.of(PageRequest.NS, "set")
                .with(Element.of(PageRequest.NS, "max").withText(String.valueOf(PAGE_SIZE)));
        if (!after.isEmpty()) set = set.with(Element.of(PageRequest.NS, "after").withText(after));
        var answer = queries
                .ask(self(), source.service(),
                        Element.of(Namespaces.PUBSUB, "pubsub")
                                .with(Element.of(Namespaces.PUBSUB, "items").with("node", source.node()), set))
                .get();
        check(answer, "the service refuses to send the items");
        var pubsub =
                answer.child(Namespaces.PUBSUB, "pubsub")
                        .orElseThrow(() -> new IllegalStateException("the answer has no items"));
        var ids = pubsub.child("items").map(Element::children).orElse(List.of()).stream()
                .flatMap(item -> item.attribute("id").stream()).toList();
        hashes.addAll(ids);
        return ids.isEmpty() ? Optional.empty() : pubsub.child(PageRequest.NS, "set")
                .flatMap(s -> s.childText("last")).filter(last -> ids.size() >= PAGE_SIZE && !last.equals(after));
    }

    private static void check(Iq.Response answer, String problem) {
        if (answer.isError()) throw new IllegalStateException(problem + ": " + answer.payload());
    }
}
