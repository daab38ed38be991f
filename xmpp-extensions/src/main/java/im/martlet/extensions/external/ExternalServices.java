package im.martlet.extensions.external;

import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.adminCommand;
import static im.martlet.extension.Hook.onGet;

import im.martlet.address.Jid;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.Arguments;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.session.Session;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * XEP-0215: tells clients the servers for calls (STUN, TURN), with credentials for them. Only users of the host get an
 * answer, because with credentials anybody can have data relayed.
 */
@Xep(number = 215, title = "External Service Discovery", version = "1.0.0")
public final class ExternalServices implements Extension {
    static final String NS = "urn:xmpp:extdisco:2";
    private static final int MOST_REQUESTED = 16; // services in one request for credentials

    private final Supplier<SequencedMap<String, ExternalServiceSettings>> services;
    private final TurnCredentials credentials;
    private final ServicePushes pushes;

    @Inject ExternalServices(Supplier<SequencedMap<String, ExternalServiceSettings>> services,
            TurnCredentials credentials, ServicePushes pushes) {
        this.services = services;
        this.credentials = credentials;
        this.pushes = pushes;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.feature(NS), onGet(SERVER, NS, "services", this::list),
                onGet(SERVER, NS, "credentials", this::credentials),
                adminCommand(AdminCommand.of("services list", "Lists the servers for calls, as clients see them",
                        List.of(),
                        _ -> services.get().entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList())),
                adminCommand(AdminCommand.of("services show",
                        "Shows the alias and the credentials of an account at servers for calls",
                        List.of("account"), this::show)));
    }

    private static Session asker(Query query) {
        return query.asker().orElseThrow(() -> new StanzaException(
                Condition.FORBIDDEN.because("only users of " + query.iq().to().domain() + " may ask for services")));
    }

    /** Answers a request for services of one type or of all types (§3.1), and subscribes to changes (§3.2). */
    private Iq.Response list(Query query) {
        var asker = asker(query);
        var type = query.element().attribute("type");
        pushes.subscribe(asker, type);
        var all = Element.of(NS, "services");
        if (type.isPresent()) all = all.with("type", type.get());
        return query.result(all.with(services.get().values().stream().filter(
                service -> service.isFor(asker.jid().domain()) && type.filter(t -> !t.equals(service.type())).isEmpty())
                .map(service -> pushes.described(service, asker.account().jid())).toList()));
    }

    /** Answers a request for the credentials of services (§3.3). */
    private Iq.Response credentials(Query query) {
        var asker = asker(query);
        var requested = query.element().children().stream().filter(e -> e.is(NS, "service")).toList();
        if (requested.isEmpty() || requested.size() > MOST_REQUESTED)
            throw StanzaException.badRequest("a request for credentials names 1 to " + MOST_REQUESTED + " services");
        var found = requested.stream().map(RequestedService::of)
                .flatMap(request -> services.get().values().stream().filter(service -> service.isRestricted()
                        && service.isFor(asker.jid().domain()) && request.matches(service)))
                .distinct().map(service -> pushes.described(service, asker.account().jid())).toList();
        if (found.isEmpty())
            throw new StanzaException(
                    Condition.ITEM_NOT_FOUND.because("no service with credentials matches the request"));
        return query.result(Element.of(NS, "credentials").with(found));
    }

    /** A service as a client names it. */
    private record RequestedService(String host, String type, Optional<Integer> port) {
        static RequestedService of(Element service) {
            var host = service.attribute("host").orElseThrow(() -> missing("host"));
            var type = service.attribute("type").orElseThrow(() -> missing("type"));
            try {
                return new RequestedService(host, type, service.attribute("port").map(Integer::valueOf));
            } catch (NumberFormatException e) {
                throw StanzaException.badRequest("a 'port' must be a number");
            }
        }

        private static StanzaException missing(String attribute) {
            return StanzaException.badRequest("a service needs a '" + attribute + "'");
        }

        boolean matches(ExternalServiceSettings service) { return service.isAt(host, type, port); }
    }

    private static Map<String, Object> row(String name, ExternalServiceSettings service) {
        var row = new LinkedHashMap<String, Object>();
        row.put("service", name);
        row.put("type", service.type());
        row.put("host", service.host());
        row.put("port", service.portOrUsual());
        row.put("transport", service.transportOrUsual());
        row.put("credentials", service.hasSecret() ? "for each account, for " + service.lifetime().toSeconds() + " s"
                : service.isRestricted() ? "the same for all accounts" : "none");
        return row;
    }

    private Object show(Arguments a) {
        Jid account = a.account("account");
        return services.get().entrySet().stream().filter(e -> e.getValue().isFor(account.domain())).map(e -> {
            var row = row(e.getKey(), e.getValue());
            row.remove("credentials");
            if (e.getValue().hasSecret()) row.put("alias", credentials.alias(account));
            credentials.of(account, e.getValue()).ifPresent(pair -> {
                row.put("username", pair.username());
                row.put("password", pair.password());
                pair.expires().ifPresent(moment -> row.put("expires", moment.toString()));
            });
            return row;
        }).toList();
    }
}
