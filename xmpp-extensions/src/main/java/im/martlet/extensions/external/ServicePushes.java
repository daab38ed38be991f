package im.martlet.extensions.external;

import im.martlet.address.Jid;
import im.martlet.config.Config;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.stanza.Iq;
import im.martlet.stanza.RandomIds;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tells clients that asked for services about changes of them (XEP-0215 §3.2). Two services are the same if they have
 * the same type, host, port and transport.
 */
@Singleton
final class ServicePushes {
    /** The types that a session asked for; "" stands for all types. */
    private static final Slots.Key<Set<String>> TYPES = Slots.Key.of("external services asked for", Set::of);
    private static final int MOST_TYPES = 8; // of one session

    private final Supplier<SequencedMap<String, ExternalServiceSettings>> services;
    private final AccountDirectory directory;
    private final TurnCredentials credentials;
    private List<ExternalServiceSettings> previous; // guarded by this

    @Inject ServicePushes(Supplier<SequencedMap<String, ExternalServiceSettings>> services, AccountDirectory directory,
            TurnCredentials credentials, Config config) {
        this.services = services;
        this.directory = directory;
        this.credentials = credentials;
        this.previous = List.copyOf(services.get().values());
        config.follow(this::reloaded);
    }

    /** Subscribes a session to changes of one type, or of all types if empty. On its account's mailbox. */
    void subscribe(Session session, Optional<String> type) {
        var types = new HashSet<>(session.get(TYPES));
        if (types.size() < MOST_TYPES && types.add(type.orElse(""))) session.put(TYPES, Set.copyOf(types));
    }

    private enum Action { ADD, MODIFY, DELETE }

    private record Change(Action action, ExternalServiceSettings service) {}

    private record Location(String type, String host, int port, String transport) {
        static Location of(ExternalServiceSettings s) {
            return new Location(s.type(), s.host(), s.portOrUsual(), s.transportOrUsual());
        }
    }

    private synchronized void reloaded() {
        var now = List.copyOf(services.get().values());
        var changes = changes(byLocation(previous), byLocation(now));
        previous = now;
        if (!changes.isEmpty()) directory.live().map(account -> account.jid()).toList().forEach(bare -> directory
                .tellLive(bare, account -> account.sessions().forEach(session -> push(session, changes))));
    }

    private static Map<Location, ExternalServiceSettings> byLocation(List<ExternalServiceSettings> all) {
        var map = new LinkedHashMap<Location, ExternalServiceSettings>();
        all.forEach(service -> map.put(Location.of(service), service));
        return map;
    }

    private static List<Change> changes(Map<Location, ExternalServiceSettings> before,
            Map<Location, ExternalServiceSettings> now) {
        var all = new ArrayList<Change>();
        now.forEach((location, service) -> {
            if (!before.containsKey(location)) all.add(new Change(Action.ADD, service));
            else if (!service.equals(before.get(location))) all.add(new Change(Action.MODIFY, service));
        });
        before.forEach((location, service) -> {
            if (!now.containsKey(location)) all.add(new Change(Action.DELETE, service));
        });
        return all;
    }

    private void push(Session session, List<Change> changes) {
        for (String type : session.get(TYPES)) {
            var relevant = changes.stream().filter(
                    c -> c.service.isFor(session.jid().domain()) && (type.isEmpty() || type.equals(c.service.type())))
                    .map(c -> described(c, session.account().jid())).toList();
            if (relevant.isEmpty()) continue;
            var list = Element.of(ExternalServices.NS, "services").with(relevant);
            session.send(Iq.Set.of(session.jid().host(), session.jid(), RandomIds.next(),
                    type.isEmpty() ? list : list.with("type", type)));
        }
    }

    private Element described(Change change, Jid account) {
        return switch (change.action) {
            case ADD -> described(change.service, account).with("action", "add");
            case MODIFY -> described(change.service, account).with("action", "modify");
            case DELETE -> location(change.service).with("action", "delete");
        };
    }

    private static Element location(ExternalServiceSettings service) {
        return Element.of(ExternalServices.NS, "service").with("type", service.type()).with("host", service.host())
                .with("port", service.portOrUsual()).with("transport", service.transportOrUsual());
    }

    /** Returns a service with the credentials of an account. */
    Element described(ExternalServiceSettings service, Jid account) {
        var e = location(service);
        if (service.name().isPresent()) e = e.with("name", service.name().get());
        var pair = credentials.of(account, service);
        if (pair.isEmpty()) return e;
        e = e.with("restricted", "true").with("username", pair.get().username()).with("password",
                pair.get().password());
        // whole seconds, in the form of XEP-0082
        return pair.get().expires().isPresent() ? e.with("expires", pair.get().expires().get().toString()) : e;
    }
}
