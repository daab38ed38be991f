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
 * Tells who has asked for services that they are not what they were (§3.2). Services are told apart by where they are.
 */
@Singleton
final class ServicePushes {
    /** What each session has asked for: types, and "" for all. */
    private static final Slots.Key<Set<String>> ASKED = Slots.Key.of("external services asked for", Set::of);
    private static final int MOST_TYPES = 8; // that one session is told about

    private final Supplier<SequencedMap<String, ExternalServiceSettings>> services;
    private final AccountDirectory directory;
    private final TurnCredentials credentials;
    private List<ExternalServiceSettings> known; // of the thread that reloads

    @Inject ServicePushes(Supplier<SequencedMap<String, ExternalServiceSettings>> services, AccountDirectory directory,
            TurnCredentials credentials, Config config) {
        this.services = services;
        this.directory = directory;
        this.credentials = credentials;
        this.known = List.copyOf(services.get().values());
        config.follow(this::changed);
    }

    /** A session has asked, for one type or for all. On its account's mailbox. */
    void hasAsked(Session session, Optional<String> type) {
        var asked = new HashSet<>(session.get(ASKED));
        if (asked.size() < MOST_TYPES && asked.add(type.orElse(""))) session.put(ASKED, Set.copyOf(asked));
    }

    private enum Action { ADD, MODIFY, DELETE }

    private record Change(Action action, ExternalServiceSettings service) {}

    private record Where(String type, String host, int port, String transport) {
        static Where of(ExternalServiceSettings s) {
            return new Where(s.type(), s.host(), s.portOrUsual(), s.transportOrUsual());
        }
    }

    private synchronized void changed() {
        var now = List.copyOf(services.get().values());
        var changes = changes(byPlace(known), byPlace(now));
        known = now;
        if (!changes.isEmpty()) directory.live().map(account -> account.jid()).toList().forEach(bare -> directory
                .tellLive(bare, account -> account.sessions().forEach(session -> push(session, changes))));
    }

    private static Map<Where, ExternalServiceSettings> byPlace(List<ExternalServiceSettings> all) {
        var map = new LinkedHashMap<Where, ExternalServiceSettings>();
        all.forEach(service -> map.put(Where.of(service), service));
        return map;
    }

    private static List<Change> changes(Map<Where, ExternalServiceSettings> before,
            Map<Where, ExternalServiceSettings> now) {
        var all = new ArrayList<Change>();
        now.forEach((where, service) -> {
            if (!before.containsKey(where)) all.add(new Change(Action.ADD, service));
            else if (!service.equals(before.get(where))) all.add(new Change(Action.MODIFY, service));
        });
        before.forEach(
                (where, service) -> { if (!now.containsKey(where)) all.add(new Change(Action.DELETE, service)); });
        return all;
    }

    private void push(Session session, List<Change> changes) {
        for (String type : session.get(ASKED)) {
            var theirs = changes.stream().filter(
                    c -> c.service.isFor(session.jid().domain()) && (type.isEmpty() || type.equals(c.service.type())))
                    .map(c -> described(c, session.account().jid())).toList();
            if (theirs.isEmpty()) continue;
            var list = Element.of(ExternalServices.NS, "services").with(theirs);
            session.send(Iq.Set.of(session.jid().host(), session.jid(), RandomIds.next(),
                    type.isEmpty() ? list : list.with("type", type)));
        }
    }

    private Element described(Change change, Jid account) {
        return switch (change.action) {
            case ADD -> described(change.service, account).with("action", "add");
            case MODIFY -> described(change.service, account).with("action", "modify");
            case DELETE -> place(change.service).with("action", "delete");
        };
    }

    private static Element place(ExternalServiceSettings service) {
        return Element.of(ExternalServices.NS, "service").with("type", service.type()).with("host", service.host())
                .with("port", service.portOrUsual()).with("transport", service.transportOrUsual());
    }

    /** A service as an account is told of it, with what it has to say there. */
    Element described(ExternalServiceSettings service, Jid account) {
        var e = place(service);
        if (service.name().isPresent()) e = e.with("name", service.name().get());
        var pair = credentials.of(account, service);
        if (pair.isEmpty()) return e;
        e = e.with("restricted", "true").with("username", pair.get().username()).with("password",
                pair.get().password());
        return pair.get().expires().isPresent() ? e.with("expires", pair.get().expires().get().toString()) : e; // to the second: as XEP-0082 has it
    }
}
