package im.martlet.extension;

import im.martlet.address.Jid;
import im.martlet.http.Route;
import im.martlet.meter.Meter;
import im.martlet.negotiation.StreamFeature;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is installed. Reads the hooks of all extensions once, so that what is advertised is what is there, and two
 * answers to one question are found at start. Immutable afterwards; any thread.
 */
@Singleton
public final class Kernel {
    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);

    private record Question(Class<? extends Iq.Request> kind, String namespace, String name) {}

    /** A service with what its domain says and answers, together with what every service does. */
    public record Installed(Hook.Service service, DeclaredEntity declared) {}

    private final List<Extension> extensions;
    private final Map<Hook.To, DeclaredEntity> declared = new EnumMap<>(Hook.To.class);
    private final SortedMap<String, Installed> services = new TreeMap<>();
    private final Map<Question, Hook.SlowIqHandler> lookups = new HashMap<>();
    private final Chain chain = new Chain();
    private final Map<InterceptedStanza.Direction, List<Chain.Step<Hook.Interceptor>>> interceptors =
            new EnumMap<>(InterceptedStanza.Direction.class);
    private final List<Consumer<Delivery>> deliveryListeners;
    private final List<Consumer<SessionEvent>> sessionListeners;
    private final List<StreamFeature> streamFeatures;
    private final List<AdminCommand> adminCommands = new ArrayList<>();
    private final Map<String, BiConsumer<Session, Element>> sidewords = new HashMap<>();
    private final SequencedMap<String, BiFunction<Session, Element, Optional<Element>>> inlines = new LinkedHashMap<>();
    private final List<Function<Session, Optional<Element>>> bind2Replies;
    private final List<Hook.OutboxConsumer> consumers = new ArrayList<>();
    private final List<Consumer<Jid>> deletionListeners = new ArrayList<>();
    private final List<Predicate<Message>> hostListeners = new ArrayList<>();
    private final List<Hook.Background> background = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Meter> meters = new ArrayList<>();
    private final List<Hook.TcpListener> listening = new ArrayList<>();

    @Inject public Kernel(Set<Extension> extensions) {
        for (var to : Hook.To.values()) declared.put(to, new DeclaredEntity());
        this.extensions = extensions.stream().sorted(Comparator.comparing(e -> e.getClass().getName())).toList();
        for (Extension extension : this.extensions) for (Hook hook : extension.hooks()) install(extension, hook);
        services.replaceAll((_, own) -> new Installed(own.service, own.declared.orElse(declared(Hook.To.SERVICE))));
        interceptors.put(InterceptedStanza.Direction.SENT,
                interceptors(ChainPoint.SENT_SCREEN, ChainPoint.SENT_STAMP, ChainPoint.SENT_ARCHIVE));
        interceptors.put(InterceptedStanza.Direction.RECEIVED,
                interceptors(ChainPoint.RECEIVED_SCREEN, ChainPoint.RECEIVED_STAMP, ChainPoint.RECEIVED_ARCHIVE));
        deliveryListeners = hooks(ChainPoint.DELIVERED, Hook.DeliveryListener.class, Hook.DeliveryListener::listener);
        sessionListeners = hooks(ChainPoint.SESSION_EVENT, Hook.SessionListener.class, Hook.SessionListener::listener);
        streamFeatures =
                hooks(ChainPoint.STREAM_FEATURE, Hook.StreamFeatureHook.class, Hook.StreamFeatureHook::feature);
        bind2Replies = hooks(ChainPoint.BIND2_REPLY, Hook.Bind2Reply.class, Hook.Bind2Reply::words);
    }

    private List<Chain.Step<Hook.Interceptor>> interceptors(ChainPoint... points) {
        return Stream.of(points).flatMap(point -> chain.at(point, Hook.Interceptor.class).stream()).toList();
    }

    private <H extends Hook, T> List<T> hooks(ChainPoint point, Class<H> type, Function<H, T> action) {
        return chain.at(point, type).stream().map(Chain.Step::hook).map(action).toList();
    }

    /** Returns the class names of the extensions that act at a point, in the order in which they act. */
    public List<String> chain(ChainPoint point) {
        return chain.names(point);
    }

    private void install(Extension extension, Hook hook) {
        switch (hook) {
            case Hook.Declaration d -> declared(of(d)).add(extension, d);
            case Hook.Service s -> {
                var own = new DeclaredEntity();
                s.declarations().forEach(d -> own.add(extension, d));
                if (services.put(s.label(), new Installed(s, own)) != null)
                    throw new IllegalStateException("two services want to be '" + s.label() + "', one is " + extension);
            }
            case Hook.SlowIqHandler l -> {
                if (lookups.put(new Question(l.kind(), l.namespace(), l.name()), l) != null)
                    throw new IllegalStateException(
                            "two extensions look up " + l.namespace() + " " + l.name() + ", one is " + extension);
            }
            case Hook.Interceptor i -> chain.add(ChainPoint.of(i), extension, i);
            case Hook.DeliveryListener l -> chain.add(ChainPoint.DELIVERED, extension, l);
            case Hook.SessionListener l -> chain.add(ChainPoint.SESSION_EVENT, extension, l);
            case Hook.StreamFeatureHook f -> chain.add(ChainPoint.STREAM_FEATURE, extension, f);
            case Hook.AdminCommandHook(var command) -> adminCommands.add(command);
            case Hook.NonStanzaElement s -> {
                if (sidewords.put(s.namespace(), s.hearer()) != null)
                    throw new IllegalStateException("two extensions hear " + s.namespace() + ", one is " + extension);
            }
            case Hook.Bind2Request(var namespace, var enable) -> {
                if (inlines.put(namespace, enable) != null) throw new IllegalStateException(
                        "two extensions are enabled by " + namespace + ", one is " + extension);
            }
            case Hook.Bind2Reply r -> chain.add(ChainPoint.BIND2_REPLY, extension, r);
            case Hook.OutboxConsumer c -> consumers.add(c);
            case Hook.DeletionListener(var listener) -> deletionListeners.add(listener);
            case Hook.HostMessageListener(var listener) -> hostListeners.add(listener);
            case Hook.Background b -> background.add(b);
            case Hook.TcpListener l -> listening.add(l);
            case Hook.Metric(var meter) -> {
                if (meters.stream().anyMatch(other -> other.name().equals(meter.name())))
                    throw new IllegalStateException("two extensions measure " + meter.name() + ", one is " + extension);
                meters.add(meter);
            }
            case Hook.HttpRoute(var route) -> {
                if (routes.stream()
                        .anyMatch(other -> other.door() == route.door() && other.path().equals(route.path())))
                    throw new IllegalStateException(
                            "two extensions answer requests for " + route.path() + ", one is " + extension);
                routes.add(route);
            }
        }
    }

    /** The extensions, by name of class. */
    public List<Extension> extensions() { return extensions; }

    private static Hook.To of(Hook.Declaration declaration) {
        return switch (declaration) {
            case Hook.Feature f -> f.of();
            case Hook.Identity i -> i.of();
            case Hook.InfoForm _ -> Hook.To.SERVER;
            case Hook.Items i -> i.of();
            case Hook.NodeInfo n -> n.of();
            case Hook.AdHocCommandHook c -> c.of();
            case Hook.IqHandler h -> h.to();
        };
    }

    /** What a kind of address says of itself, and answers. */
    public DeclaredEntity declared(Hook.To of) {
        return Objects.requireNonNull(declared.get(of));
    }

    /** The services, each on a domain below every host, by their labels. */
    public Collection<Installed> services() {
        return services.values();
    }

    /** The service whose domain begins with a label; empty when there is none. */
    public Optional<Installed> service(String label) {
        return Optional.ofNullable(services.get(label));
    }

    public List<StreamFeature> streamFeatures() { return streamFeatures; }

    public List<AdminCommand> adminCommands() { return adminCommands; }

    /** What is counted and measured. */
    public List<Meter> meters() { return meters; }

    /** What has ports of its own. */
    public List<Hook.TcpListener> listening() { return listening; }

    /** Where requests of HTTP are answered. */
    public List<Route> routes() { return routes; }

    /** What can be enabled together with a new session, by namespace (XEP-0386). */
    public Set<String> inlines() {
        return inlines.keySet();
    }

    /**
     * Enables what was asked for with a new session, and gathers what there is to say to it; what fails is logged and
     * left out.
     */
    public List<Element> greet(Session session, List<Element> wanted) {
        var said = new ArrayList<Element>();
        var steps = new ArrayList<Consumer<Session>>();
        for (Element e : wanted) {
            var enable = inlines.get(e.namespace());
            if (enable != null) steps.add(s -> enable.apply(s, e).ifPresent(said::add));
        }
        bind2Replies.forEach(words -> steps.add(s -> words.apply(s).ifPresent(said::add)));
        tell(steps, session);
        return said;
    }

    /** Those beyond this server who are to hear of messages for accounts that nobody is at. */
    public List<Hook.OutboxConsumer> consumers() {
        return consumers;
    }

    /** Starts what goes on beside all stanzas. */
    public void start() { background.forEach(b -> b.start().run()); }

    /** Stops it again; one that fails is logged and does not keep the others from stopping. */
    public void stop() {
        tell(background.stream().<Consumer<Kernel>>map(b -> _ -> b.stop().run()).toList(), this);
    }

    /** Who hears an element of a bound stream that is no stanza; empty when nobody does. */
    public Optional<BiConsumer<Session, Element>> sideword(Element element) {
        return Optional.ofNullable(sidewords.get(element.namespace()));
    }

    /** Who answers a request; empty when nobody does. */
    public Optional<Function<Query, Iq.Response>> handler(Iq.Request request, Hook.To to) {
        return declared(to).handler(request);
    }

    /** Who looks up the answer to a request of an account's own session; empty when it needs no long reading. */
    public Optional<Hook.SlowIqHandler> lookup(Iq.Request request) {
        var e = request.element();
        return Optional.ofNullable(lookups.get(new Question(request.getClass(), e.namespace(), e.name())));
    }

    /**
     * Lets every interceptor of a direction judge a stanza, stage by stage. The first that does not let it pass
     * decides.
     *
     * @return {@code Pass} or {@code Change} when it may go on
     */
    public Verdict judge(InterceptedStanza intercepted) {
        var current = intercepted;
        for (var step : interceptors.get(intercepted.direction())) switch (step.hook().judge().apply(current)) {
            case Verdict.Pass _ -> {}
            case Verdict.Change(var stanza) -> current = new InterceptedStanza(stanza, intercepted.account(),
                    intercepted.direction(), intercepted.transaction());
            case Verdict.Drop d -> { return d; }
            case Verdict.Bounce b -> { return b; }
        }
        return current == intercepted ? Verdict.pass() : Verdict.change(current.stanza());
    }

    /** Tells every listener; one that fails is logged and does not keep the others from hearing. */
    public void delivered(Delivery delivery) {
        tell(deliveryListeners, delivery);
    }

    /** Tells every listener; one that fails is logged and does not keep the others from hearing. */
    public void happened(SessionEvent event) {
        tell(sessionListeners, event);
    }

    /** A message for a host has come; answers whether somebody knows what to do with it. */
    public boolean heardByHost(Message message) {
        return hostListeners.stream().anyMatch(l -> l.test(message));
    }

    /**
     * Tells every listener that an account is deleted; one that fails is logged and does not keep the others from
     * hearing.
     */
    public void deleted(Jid account) {
        tell(deletionListeners, account);
    }

    private static <T> void tell(List<Consumer<T>> listeners, T what) {
        for (var listener : listeners) try {
            listener.accept(what);
        } catch (RuntimeException e) {
            LOG.error("bug: {} failed on {}", listener, what, e);
        }
    }
}
