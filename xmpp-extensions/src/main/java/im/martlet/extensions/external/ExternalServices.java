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
 * XEP-0215: clients ask which servers for calls (STUN, TURN) there are, and get credentials for them with the answer.
 * Only users of the host are told: whoever has credentials can have data relayed.
 */
@Xep(number = 215, title = "External Service Discovery", version = "1.0.0")
public final class ExternalServices implements Extension {
    static final String NS = "urn:xmpp:extdisco:2";
    private static final int MOST_ASKED = 16; // at once, in one request for credentials

    private final Supplier<SequencedMap<String, ExternalServiceSettings>> services;
    private final TurnCredentials credentials;
    private final ServicePushes pushing;

    @Inject ExternalServices(Supplier<SequencedMap<String, ExternalServiceSettings>> services,
            TurnCredentials credentials, ServicePushes pushing) {
        this.services = services;
        this.credentials = credentials;
        this.pushing = pushing;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.feature(NS), onGet(SERVER, NS, "services", this::list),
                onGet(SERVER, NS, "credentials", this::credentials),
                adminCommand(AdminCommand.of("services list", "Lists what clients are told of servers for calls",
                        List.of(),
                        _ -> services.get().entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList())),
                adminCommand(AdminCommand.of("services show",
                        "Says what stands for an account at servers for calls, and what it has to say there",
                        List.of("account"), this::show)));
    }

    private static Session asker(Query query) {
        return query.asker().orElseThrow(() -> new StanzaException(
                Condition.FORBIDDEN.because("only users of " + query.iq().to().domain() + " are told")));
    }

    /** §3.1, §3.2. */
    private Iq.Response list(Query query) {
        var asker = asker(query);
        var type = query.element().attribute("type");
        pushing.hasAsked(asker, type);
        var all = Element.of(NS, "services");
        if (type.isPresent()) all = all.with("type", type.get());
        return query.result(all.with(services.get().values().stream().filter(
                service -> service.isFor(asker.jid().domain()) && type.filter(t -> !t.equals(service.type())).isEmpty())
                .map(service -> pushing.described(service, asker.account().jid())).toList()));
    }

    /** §3.3. */
    private Iq.Response credentials(Query query) {
        var asker = asker(query);
        var asked = query.element().children().stream().filter(e -> e.is(NS, "service")).toList();
        if (asked.isEmpty() || asked.size() > MOST_ASKED)
            throw StanzaException.badRequest("credentials are asked for from 1 to " + MOST_ASKED + " services");
        var found = asked.stream().map(ExternalServices::place)
                .flatMap(place -> services.get().values().stream().filter(
                        service -> service.isRestricted() && service.isFor(asker.jid().domain()) && place.is(service)))
                .distinct().map(service -> pushing.described(service, asker.account().jid())).toList();
        if (found.isEmpty())
            throw new StanzaException(Condition.ITEM_NOT_FOUND.because("there are no credentials for that"));
        return query.result(Element.of(NS, "credentials").with(found));
    }

    private record Place(String host, String type, Optional<Integer> port) {
        boolean is(ExternalServiceSettings service) { return service.isAt(host, type, port); }
    }

    private static Place place(Element service) {
        try {
            return new Place(
                    service.attribute("host").orElseThrow(() -> StanzaException.badRequest("a service needs a 'host'")),
                    service.attribute("type").orElseThrow(() -> StanzaException.badRequest("a service needs a 'type'")),
                    service.attribute("port").map(Integer::valueOf));
        } catch (NumberFormatException e) {
            throw StanzaException.badRequest("a 'port' is a number");
        }
    }

    private static Map<String, Object> row(String name, ExternalServiceSettings service) {
        var row = new LinkedHashMap<String, Object>();
        row.put("service", name);
        row.put("type", service.type());
        row.put("host", service.host());
        row.put("port", service.portOrUsual());
        row.put("transport", service.transportOrUsual());
        row.put("credentials", service.isShared() ? "for each account, for " + service.lifetime().toSeconds() + " s"
                : service.isRestricted() ? "the same for everybody" : "none");
        return row;
    }

    private Object show(Arguments a) {
        Jid account = a.account("account");
        return services.get().entrySet().stream().filter(e -> e.getValue().isFor(account.domain())).map(e -> {
            var row = row(e.getKey(), e.getValue());
            row.remove("credentials");
            if (e.getValue().isShared()) row.put("alias", credentials.alias(account));
            credentials.of(account, e.getValue()).ifPresent(pair -> {
                row.put("username", pair.username());
                row.put("password", pair.password());
                pair.expires().ifPresent(moment -> row.put("expires", moment.toString()));
            });
            return row;
        }).toList();
    }
}
