package im.martlet.extension;

import im.martlet.admin.AdminCommand;
import im.martlet.stanza.Iq;
import im.martlet.session.Session;
import im.martlet.stream.StreamFeature;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is installed. Reads the hooks of all extensions once, so that what is advertised is what is there, and two
 * answers to one question are found at start. Immutable afterwards; any thread.
 */
@Singleton
public final class Kernel {
    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);

    private record Question(Class<? extends Iq.Request> kind, Hook.To to, String namespace, String name) {}

    private final List<Extension> extensions;
    private final Set<Hook.Feature> features = new LinkedHashSet<>();
    private final List<Hook.Identity> identities = new ArrayList<>();
    private final List<Hook.InfoForm> forms = new ArrayList<>();
    private final Map<Question, Hook.IqHandler> handlers = new HashMap<>();
    private final Map<Question, Hook.Lookup> lookups = new HashMap<>();
    private final List<Hook.Interceptor> interceptors = new ArrayList<>();
    private final List<Consumer<Delivery>> deliveryListeners = new ArrayList<>();
    private final List<Consumer<SessionEvent>> sessionListeners = new ArrayList<>();
    private final List<StreamFeature> streamFeatures = new ArrayList<>();
    private final List<AdminCommand> adminCommands = new ArrayList<>();
    private final Map<String, BiConsumer<Session, Element>> sidewords = new HashMap<>();
    private final List<Hook.Consumer> consumers = new ArrayList<>();

    @Inject public Kernel(Set<Extension> extensions) {
        this.extensions = extensions.stream().sorted(Comparator.comparing(e -> e.getClass().getName())).toList();
        for (Extension extension : this.extensions) for (Hook hook : extension.hooks()) install(extension, hook);
        interceptors.sort(Comparator.comparing(Hook.Interceptor::stage));
    }

    private void install(Extension extension, Hook hook) {
        switch (hook) {
            case Hook.Feature f -> features.add(f);
            case Hook.Identity i -> identities.add(i);
            case Hook.InfoForm f -> forms.add(f);
            case Hook.IqHandler h -> {
                if (handlers.put(new Question(h.kind(), h.to(), h.namespace(), h.name()), h) != null)
                    throw new IllegalStateException("two extensions answer " + h.namespace() + " " + h.name() + ", one is " + extension);
            }
            case Hook.Lookup l -> {
                if (lookups.put(new Question(l.kind(), Hook.To.OWN_ACCOUNT, l.namespace(), l.name()), l) != null)
                    throw new IllegalStateException("two extensions look up " + l.namespace() + " " + l.name() + ", one is " + extension);
            }
            case Hook.Interceptor i -> interceptors.add(i);
            case Hook.DeliveryListener(var listener) -> deliveryListeners.add(listener);
            case Hook.SessionListener(var listener) -> sessionListeners.add(listener);
            case Hook.Negotiable(var feature) -> streamFeatures.add(feature);
            case Hook.Administration(var command) -> adminCommands.add(command);
            case Hook.Sideword s -> {
                if (sidewords.put(s.namespace(), s.hearer()) != null)
                    throw new IllegalStateException("two extensions hear " + s.namespace() + ", one is " + extension);
            }
            case Hook.Consumer c -> consumers.add(c);
        }
    }

    /** The extensions, by name of class. */
    public List<Extension> extensions() { return extensions; }

    /** Features that disco#info names, of the server or of an account. */
    public List<String> features(Hook.To of) {
        return features.stream().filter(f -> f.of() == of).map(Hook.Feature::var).sorted().distinct().toList();
    }

    public List<Hook.Identity> identities(Hook.To of) { return identities.stream().filter(i -> i.of() == of).toList(); }

    /** The data forms of a host's disco#info. */
    public List<Element> forms(String host) { return forms.stream().flatMap(f -> f.form().apply(host).stream()).toList(); }

    public List<StreamFeature> streamFeatures() { return streamFeatures; }

    public List<AdminCommand> adminCommands() { return adminCommands; }

    /** Those beyond this server who are to hear of messages for accounts that nobody is at. */
    public List<Hook.Consumer> consumers() { return consumers; }

    /** Who hears an element of a bound stream that is no stanza; empty when nobody does. */
    public Optional<BiConsumer<Session, Element>> sideword(Element element) { return Optional.ofNullable(sidewords.get(element.namespace())); }

    /** Who answers a request; empty when nobody does. */
    public Optional<Function<Query, Iq.Response>> handler(Iq.Request request, Hook.To to) {
        var e = request.element();
        return Optional.ofNullable(handlers.get(new Question(request.getClass(), to, e.namespace(), e.name()))).map(Hook.IqHandler::answer);
    }

    /** Who looks up the answer to a request of an account's own session; empty when it needs no long reading. */
    public Optional<Hook.Lookup> lookup(Iq.Request request) {
        var e = request.element();
        return Optional.ofNullable(lookups.get(new Question(request.getClass(), Hook.To.OWN_ACCOUNT, e.namespace(), e.name())));
    }

    /**
     * Lets every interceptor of a direction judge a stanza, stage by stage. The first that does not let it pass decides.
     *
     * @return {@code Pass} or {@code Change} when it may go on
     */
    public Verdict judge(Passage passage) {
        var current = passage;
        for (var i : interceptors) if (i.direction() == passage.direction()) switch (i.judge().apply(current)) {
            case Verdict.Pass _ -> { }
            case Verdict.Change(var stanza) -> current = new Passage(stanza, passage.account(), passage.direction(), passage.cause());
            case Verdict.Drop d -> { return d; }
            case Verdict.Bounce b -> { return b; }
        }
        return current == passage ? Verdict.pass() : Verdict.change(current.stanza());
    }

    /** Tells every listener; one that fails is logged and does not keep the others from hearing. */
    public void delivered(Delivery delivery) { tell(deliveryListeners, delivery); }

    /** Tells every listener; one that fails is logged and does not keep the others from hearing. */
    public void happened(SessionEvent event) { tell(sessionListeners, event); }

    private static <T> void tell(List<Consumer<T>> listeners, T what) {
        for (var listener : listeners) try {
            listener.accept(what);
        } catch (RuntimeException e) {
            LOG.error("bug: {} failed on {}", listener, what, e);
        }
    }
}
