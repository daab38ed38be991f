package im.martlet.extension;

import im.martlet.address.Jid;
import im.martlet.http.Route;
import im.martlet.meter.Meter;
import im.martlet.negotiation.StreamFeature;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaException;
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
 * The set of installed hooks. The kernel reads the hooks of all extensions once, at start. So the server advertises
 * exactly the installed features, and a start fails if two extensions answer the same request. Immutable afterwards;
 * any thread.
 */
@Singleton
public final class Kernel {
    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);

    private record RequestKey(Class<? extends Iq.Request> kind, String namespace, String name) {}

    /**
     * An installed service.
     *
     * @param declared the declarations of its own domain and those of every service
     */
    public record Installed(Hook.Service service, DeclaredEntity declared) {}

    private final List<Extension> extensions;
    private final Map<Hook.To, DeclaredEntity> declared = new EnumMap<>(Hook.To.class);
    private final SortedMap<String, Installed> services = new TreeMap<>();
    private final Map<RequestKey, Hook.SlowIqHandler> slowHandlers = new HashMap<>();
    private final Chain chain = new Chain();
    private final Map<InterceptedStanza.Direction, List<Chain.Step<Hook.Interceptor>>> interceptors =
            new EnumMap<>(InterceptedStanza.Direction.class);
    private final List<Consumer<Delivery>> deliveryListeners;
    private final List<Consumer<SessionEvent>> sessionListeners;
    private final List<StreamFeature> streamFeatures;
    private final List<AdminCommand> adminCommands = new ArrayList<>();
    private final Map<String, BiConsumer<Session, Element>> nonStanzaHandlers = new HashMap<>();
    private final SequencedMap<String, BiFunction<Session, Element, Optional<Element>>> bind2Requests =
            new LinkedHashMap<>();
    private final List<Function<Session, Optional<Element>>> bind2Replies;
    private final List<Hook.OutboxConsumer> consumers = new ArrayList<>();
    private final List<Consumer<Jid>> deletionListeners = new ArrayList<>();
    private final List<Predicate<Message>> hostMessageListeners = new ArrayList<>();
    private final List<Hook.Background> background = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Meter> meters = new ArrayList<>();
    private final List<Hook.TcpListener> tcpListeners = new ArrayList<>();

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
        bind2Replies = hooks(ChainPoint.BIND2_REPLY, Hook.Bind2Reply.class, Hook.Bind2Reply::reply);
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
                    throw twice("install a service labelled '" + s.label() + "'", extension);
            }
            case Hook.SlowIqHandler l -> {
                if (slowHandlers.put(new RequestKey(l.kind(), l.namespace(), l.name()), l) != null)
                    throw twice("answer " + l.namespace() + " " + l.name(), extension);
            }
            case Hook.Interceptor i -> chain.add(ChainPoint.of(i), extension, i);
            case Hook.DeliveryListener l -> chain.add(ChainPoint.DELIVERED, extension, l);
            case Hook.SessionListener l -> chain.add(ChainPoint.SESSION_EVENT, extension, l);
            case Hook.StreamFeatureHook f -> chain.add(ChainPoint.STREAM_FEATURE, extension, f);
            case Hook.AdminCommandHook(var command) -> adminCommands.add(command);
            case Hook.NonStanzaElement s -> {
                if (nonStanzaHandlers.put(s.namespace(), s.handler()) != null)
                    throw twice("handle elements of " + s.namespace(), extension);
            }
            case Hook.Bind2Request(var namespace, var enable) -> {
                if (bind2Requests.put(namespace, enable) != null)
                    throw twice("handle the Bind 2 request " + namespace, extension);
            }
            case Hook.Bind2Reply r -> chain.add(ChainPoint.BIND2_REPLY, extension, r);
            case Hook.OutboxConsumer c -> consumers.add(c);
            case Hook.DeletionListener(var listener) -> deletionListeners.add(listener);
            case Hook.HostMessageListener(var listener) -> hostMessageListeners.add(listener);
            case Hook.Background b -> background.add(b);
            case Hook.TcpListener l -> tcpListeners.add(l);
            case Hook.Metric(var meter) -> {
                if (meters.stream().anyMatch(other -> other.name().equals(meter.name())))
                    throw twice("measure " + meter.name(), extension);
                meters.add(meter);
            }
            case Hook.HttpRoute(var route) -> {
                if (routes.stream()
                        .anyMatch(other -> other.front() == route.front() && other.path().equals(route.path())))
                    throw twice("answer HTTP requests for " + route.path(), extension);
                routes.add(route);
            }
        }
    }

    /** Returns the error for a second extension with the same task. */
    static IllegalStateException twice(String deed, Extension extension) {
        return new IllegalStateException("two extensions " + deed + "; one of them is " + extension
                + ": remove one, for example from plugins/");
    }

    /** Returns the installed extensions, sorted by class name. */
    public List<Extension> extensions() {
        return extensions;
    }

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

    /** Returns the features, items and handlers of one kind of address. */
    public DeclaredEntity declared(Hook.To of) {
        return Objects.requireNonNull(declared.get(of));
    }

    /** Returns the services, sorted by label. Each has a domain below every host. */
    public Collection<Installed> services() {
        return services.values();
    }

    /** Returns the service with this label, the first label of its domain; empty if there is none. */
    public Optional<Installed> service(String label) {
        return Optional.ofNullable(services.get(label));
    }

    public List<StreamFeature> streamFeatures() { return streamFeatures; }

    public List<AdminCommand> adminCommands() { return adminCommands; }

    public List<Meter> meters() { return meters; }

    /** Returns the extensions' own TCP ports. */
    public List<Hook.TcpListener> tcpListeners() { return tcpListeners; }

    /** Returns the HTTP routes of all extensions. */
    public List<Route> routes() { return routes; }

    /** Returns the namespaces of all Bind 2 requests (XEP-0386). */
    public Set<String> bind2Namespaces() {
        return bind2Requests.keySet();
    }

    /**
     * Runs the Bind 2 requests of a new session (XEP-0386) and collects the replies. An extension that fails is logged
     * and left out.
     */
    public List<Element> bind2(Session session, List<Element> requests) {
        var replies = new ArrayList<Element>();
        var steps = new ArrayList<Consumer<Session>>();
        for (Element request : requests) {
            var enable = bind2Requests.get(request.namespace());
            if (enable != null) steps.add(s -> enable.apply(s, request).ifPresent(replies::add));
        }
        bind2Replies.forEach(reply -> steps.add(s -> reply.apply(s).ifPresent(replies::add)));
        tell(steps, session);
        return replies;
    }

    /** Returns the consumers that have an outbox. */
    public List<Hook.OutboxConsumer> consumers() {
        return consumers;
    }

    /** Starts the background work of all extensions. */
    public void start() {
        background.forEach(b -> b.start().run());
    }

    /** Stops the background work. An extension that fails is logged and does not keep the others from stopping. */
    public void stop() {
        tell(background.stream().<Consumer<Kernel>>map(b -> _ -> b.stop().run()).toList(), this);
    }

    /** Returns the handler for an element of a bound stream that is not a stanza; empty if there is none. */
    public Optional<BiConsumer<Session, Element>> nonStanzaHandler(Element element) {
        return Optional.ofNullable(nonStanzaHandlers.get(element.namespace()));
    }

    /** Returns the handler of a request to one kind of address; empty if there is none. */
    public Optional<Function<Query, Iq.Response>> handler(Iq.Request request, Hook.To to) {
        return declared(to).handler(request);
    }

    /** Returns the slow handler for a request of an account's own session; empty if the request needs none. */
    public Optional<Hook.SlowIqHandler> slowHandler(Iq.Request request) {
        var e = request.element();
        return Optional.ofNullable(slowHandlers.get(new RequestKey(request.getClass(), e.namespace(), e.name())));
    }

    /**
     * Passes a stanza through the interceptors of its direction, in the order of {@link ChainPoint}. The first
     * interceptor that drops or bounces the stanza decides.
     *
     * @return the stanza as the interceptors left it; empty if one of them dropped it
     * @throws StanzaException if an interceptor bounced it; the sender gets the error
     */
    public Optional<Stanza> pass(InterceptedStanza intercepted) {
        return pass(intercepted, false);
    }

    /**
     * Passes a stanza that the server sends for an account. A bounce drops it: the user did not send it, so nobody gets
     * an error.
     *
     * @return the stanza as the interceptors left it; empty if one of them dropped or bounced it
     */
    public Optional<Stanza> passUnasked(Account account, Stanza stanza) {
        return pass(new InterceptedStanza(stanza, account, InterceptedStanza.Direction.SENT, StanzaTransaction.NONE),
                true);
    }

    private Optional<Stanza> pass(InterceptedStanza intercepted, boolean unasked) {
        var current = intercepted;
        for (var step : interceptors.get(intercepted.direction())) switch (step.hook().judge().apply(current)) {
            case Verdict.Pass _ -> {}
            case Verdict.Change(var stanza) -> current = new InterceptedStanza(stanza, intercepted.account(),
                    intercepted.direction(), intercepted.transaction());
            case Verdict.Drop _ -> {
                log(Decision.DROPPED, step.name(), "drops it", current);
                return Optional.empty();
            }
            case Verdict.Bounce(var error) -> {
                if (!unasked) {
                    log(Decision.REFUSED, step.name(), "refuses it", current);
                    throw new StanzaException(error);
                }
                log(Decision.DROPPED, step.name(), "refuses it, and the server sent it unasked", current);
                return Optional.empty();
            }
        }
        return Optional.of(current.stanza());
    }

    private static void log(Decision decision, String interceptor, String verdict, InterceptedStanza stanza) {
        if (LOG.isDebugEnabled())
            decision.log(LOG, "the interceptor " + interceptor + " " + verdict, stanza.account().jid(),
                    stanza.stanza());
    }

    /** Tells each delivery listener. A listener that fails is logged and does not keep the others from hearing. */
    public void delivered(Delivery delivery) {
        tell(deliveryListeners, delivery);
    }

    /** Tells each session listener. A listener that fails is logged and does not keep the others from hearing. */
    public void happened(SessionEvent event) {
        tell(sessionListeners, event);
    }

    /** Offers a message to a host to its listeners, one after the other. Returns whether one of them took it. */
    public boolean heardByHost(Message message) {
        return hostMessageListeners.stream().anyMatch(l -> l.test(message));
    }

    /**
     * Tells each deletion listener that an account is deleted. A listener that fails is logged and does not keep the
     * others from hearing.
     */
    public void deleted(Jid account) {
        tell(deletionListeners, account);
    }

    private static <T> void tell(List<Consumer<T>> listeners, T event) {
        for (var listener : listeners) try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.error("bug: {} failed on {}", listener, event, e);
        }
    }
}
