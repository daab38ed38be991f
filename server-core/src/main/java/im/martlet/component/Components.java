package im.martlet.component;

import im.martlet.address.Jid;
import im.martlet.net.Transport;
import im.martlet.routing.ComponentRoutes;
import im.martlet.routing.PeerStanzas;
import im.martlet.routing.Router;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.stream.StreamClock;
import im.martlet.stream.StreamLimits.Phase;
import im.martlet.xml.ElementParser;
import im.martlet.xml.XmlLimits;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Holds the configured components, connected or not. Any thread. */
@Singleton
public final class Components implements ComponentRoutes, AutoCloseable {
    /** The bounds before the handshake. */
    static final Phase BEFORE = new Phase(new XmlLimits(10_000, 16, 32), 64 * 1024, 64 * 1024, 64 * 1024);

    /**
     * The settings by domain.
     *
     * @param written by domains as written in the configuration
     * @param prepared by prepared domains
     */
    private record Configured(SequencedMap<String, ComponentSettings> written,
            Map<String, ComponentSettings> prepared) {}

    private final Supplier<SequencedMap<String, ComponentSettings>> settings;
    private final Provider<PeerStanzas> stanzas; // a provider, because they need this class
    private final Provider<Router> router;
    private final ElementParser parser = new ElementParser();
    private final ConcurrentHashMap<String, Component> byDomain = new ConcurrentHashMap<>();
    private final StreamClock<ComponentStream> open = new StreamClock<>("component-clock");
    private volatile Configured configured = new Configured(new java.util.LinkedHashMap<>(), Map.of());

    @Inject Components(Supplier<SequencedMap<String, ComponentSettings>> settings, Provider<PeerStanzas> stanzas,
            Provider<Router> router) {
        this.settings = settings;
        this.stanzas = stanzas;
        this.router = router;
    }

    /** Returns the bounds after the handshake. A component may send as fast as its stanzas are handled. */
    static Phase after(ComponentSettings settings) {
        return new Phase(new XmlLimits(settings.stanza().toInt(), 64, 128), 0, 0, 2 * settings.queue().bytes());
    }

    private Map<String, ComponentSettings> currentSettings() {
        var written = settings.get();
        var last = configured;
        if (last.written == written) return last.prepared;
        var prepared = new HashMap<String, ComponentSettings>();
        written.forEach((domain, component) -> prepared.put(Jid.parse(domain).domain(), component));
        configured = new Configured(written, Map.copyOf(prepared));
        return prepared;
    }

    @Override public boolean has(String domain) { return currentSettings().containsKey(domain); }

    /** Returns the prepared domains of all components. */
    Set<String> domains() { return currentSettings().keySet(); }

    Optional<ComponentSettings> settings(String domain) { return Optional.ofNullable(currentSettings().get(domain)); }

    Component component(String domain) {
        return byDomain.computeIfAbsent(domain, d -> new Component(d, router.get()::route));
    }

    @Override public void send(Stanza stanza, StanzaTransaction transaction) {
        component(Objects.requireNonNull(stanza.to()).domain()).tell(stanza, transaction);
    }

    PeerStanzas stanzas() { return stanzas.get(); }

    ElementParser parser() { return parser; }

    StreamClock<ComponentStream> open() { return open; }

    /** Accepts a connection. @param whenVerified called once, after the handshake */
    public void open(Transport transport, Runnable whenVerified) {
        var stream = new ComponentStream(transport, this, whenVerified);
        open.add(stream);
        transport.handler(stream.connection());
    }

    /** Ends the connections of components that were removed from the settings or have a new secret. */
    public void reloaded(Map<String, ComponentSettings> before) {
        before.forEach((written, old) -> {
            var domain = Jid.parse(written).domain();
            if (settings(domain).filter(now -> now.secret().equals(old.secret())).isPresent()) return;
            open.all().filter(s -> s.domain().equals(domain)).forEach(s -> s.end(
                    has(domain) ? Condition.RESET.because("the secret of this component has changed")
                            : Condition.HOST_GONE.plain()));
            if (!has(domain)) byDomain.remove(domain);
        });
    }

    /** Returns the current settings by the domains as written. */
    public Map<String, ComponentSettings> configured() {
        return settings.get();
    }

    /** Ends all connections and waits until they are closed. @param patience longest time to wait */
    public void shutDown(Duration patience) throws InterruptedException {
        open.all().forEach(stream -> stream.end(Condition.SYSTEM_SHUTDOWN.plain()));
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(5);
    }

    @Override public void close() { open.close(); }
}
