package im.martlet.extensions.serverinfo;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.martlet.address.Jid;
import im.martlet.config.Default;
import im.martlet.config.Hosts;
import im.martlet.config.Range;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extensions.pubsub.PubSubSettings;
import im.martlet.form.DataForm;
import im.martlet.routing.RemoteRoutes;
import im.martlet.routing.RemoteRoutes.Neighbour;
import im.martlet.routing.Router;
import im.martlet.routing.ServerQueries;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * XEP-0485: publishes for each host, at its publish-subscribe service, the remote servers that it has streams with. The
 * list names a remote server only if its disco#info shows that it does the same (§7). The others are only counted.
 */
@Xep(number = 485, title = "PubSub Server Information", version = "1.0.0", note = "off unless configured")
public final class ServerInformation implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(ServerInformation.class);
    private static final String NS = "urn:xmpp:serverinfo:0";
    private static final String NODE = "serverinfo";
    private static final int MOST_REMEMBERED = 10_000; // remote domains
    private static final Duration MEMORY = Duration.ofDays(1);

    /**
     * The section {@code [server_info]}.
     *
     * @param enabled whether the hosts publish their streams
     * @param every time between two looks for changes
     */
    public record Settings(@Default("false") boolean enabled, @Default("\"5m\"") @Range(min = 1) Duration every) {}

    private final Settings settings;
    private final String service;
    private final Hosts hosts;
    private final RemoteRoutes remoteRoutes;
    private final Router router;
    private final ServerQueries queries;
    private final Cache<String, Boolean> consent =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(MEMORY).build();
    private final Map<String, Element> published = new HashMap<>(); // by host; only the clock's thread uses it
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("server-info").factory());

    @Inject ServerInformation(Settings settings, Supplier<PubSubSettings> pubsub, Hosts hosts,
            RemoteRoutes remoteRoutes,
            Router router, ServerQueries queries) {
        this.settings = settings;
        this.service = pubsub.get().service();
        this.hosts = hosts;
        this.remoteRoutes = remoteRoutes;
        this.router = router;
        this.queries = queries;
    }

    @Override public List<Hook> hooks() {
        if (!settings.enabled || service.isEmpty()) return List.of();
        return List.of(Hook.feature(NS), Hook.infoForm(host -> Optional.of(form(host))),
                new Hook.Background(this::start, clock::shutdownNow));
    }

    /** Returns the form with the address of the node (§3). */
    private Element form(String host) {
        return Element.of(DataForm.NS, "x").with("type", "result").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(Namespaces.SERVER_INFO_FORM)),
                Element.of(DataForm.NS, "field").with("var", "serverinfo-pubsub-node")
                        .with(DataForm.value("xmpp:" + service + "." + host + "?;node=" + NODE)));
    }

    private void start() {
        long every = settings.every.toMillis();
        clock.scheduleWithFixedDelay(this::publish, Math.min(every, 1000), every, TimeUnit.MILLISECONDS);
    }

    private void publish() {
        try {
            var neighbours = remoteRoutes.neighbours().collect(Collectors.groupingBy(Neighbour::local));
            for (String host : hosts.names()) publish(host, neighbours.getOrDefault(host, List.of()));
        } catch (RuntimeException e) {
            LOG.error("bug: server information could not be published this time", e);
        }
    }

    private void publish(String host, List<Neighbour> neighbours) {
        var info = info(host, neighbours);
        if (info.equals(published.put(host, info))) return;
        var options =
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(Namespaces.PUBSUB + "#publish-options"));
        var publish = Element.of(Namespaces.PUBSUB, "pubsub").with(
                Element.of(Namespaces.PUBSUB, "publish").with("node", NODE)
                        .with(Element.of(Namespaces.PUBSUB, "item").with("id", "current").with(info)),
                Element.of(Namespaces.PUBSUB, "publish-options")
                        .with(Element.of(DataForm.NS, "x").with("type", "submit")
                                .with(options, option("access_model", "open"), option("max_items", "1"))));
        router.route(new Iq.Set(Jid.of("", host, ""), Jid.of("", service + "." + host, ""), RandomIds.next(),
                "", Payload.of(publish)));
    }

    private static Element option(String name, String value) {
        return Element.of(DataForm.NS, "field").with("var", "pubsub#" + name).with(DataForm.value(value));
    }

    /** Returns the information about a host (§4). The order of its streams does not change the result. */
    private Element info(String host, List<Neighbour> neighbours) {
        var federation = Element.of(NS, "federation");
        var byDomain = neighbours.stream()
                .collect(Collectors.groupingBy(Neighbour::remote, TreeMap::new, Collectors.toList()));
        for (var remote : byDomain.entrySet()) {
            var domain = Element.of(NS, "remote-domain");
            if (consents(host, remote.getKey())) domain = domain.with("name", remote.getKey());
            federation = federation.with(domain.with(remote.getValue().stream().map(ServerInformation::type).sorted()
                    .map(type -> Element.of(NS, "connection").with("type", type)).toList()));
        }
        return Element.of(NS, NODE).with(Element.of(NS, "domain").with("name", host).with(federation));
    }

    private static String type(Neighbour stream) {
        return stream.in() && stream.out() ? "bidi" : stream.in() ? "incoming" : "outgoing";
    }

    /** Returns whether a domain agreed to be named (§7). Asks a domain that was not asked yet, for the next time. */
    private boolean consents(String host, String domain) {
        var known = consent.getIfPresent(domain);
        if (known != null) return known;
        queries.ask(Jid.of("", host, ""), Jid.of("", domain, ""), Element.of(Namespaces.DISCO_INFO, "query"))
                .thenAccept(answer -> consent.put(domain, agrees(answer)));
        return false;
    }

    private static boolean agrees(Iq.Response answer) {
        return answer instanceof Iq.Result result
                && result.child(Namespaces.DISCO_INFO, "query").stream().flatMap(info -> info.children().stream())
                        .anyMatch(e -> e.is(Namespaces.DISCO_INFO, "feature")
                                && e.attribute("var").filter(NS::equals).isPresent());
    }
}
