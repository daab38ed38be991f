package im.martlet.extensions.disco;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.accountFeature;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.identity;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.serviceFeature;

import im.martlet.extension.DeclaredEntity;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.extension.Query;
import im.martlet.im.Visibility;
import im.martlet.routing.LocalDomains;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;

/**
 * XEP-0030: tells the identities, features and items of the server, of its services and of accounts. An account answers
 * only addresses that may see its presence.
 */
@Xep(number = 30, title = "Service Discovery", version = "2.5.0")
public final class Disco implements Extension {

    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension first
    private final Visibility visibility;
    private final LocalDomains local;

    @Inject Disco(Provider<Kernel> kernel, Visibility visibility, LocalDomains local) {
        this.local = local;
        this.kernel = kernel;
        this.visibility = visibility;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                identity(SERVER, "server", "im", "Martlet"), identity(ACCOUNT, "account", "registered", ""),
                feature(DiscoInfo.NS), feature(Namespaces.DISCO_ITEMS), accountFeature(DiscoInfo.NS),
                accountFeature(Namespaces.DISCO_ITEMS),
                serviceFeature(DiscoInfo.NS), serviceFeature(Namespaces.DISCO_ITEMS),
                onGet(SERVER, DiscoInfo.NS, "query", this::info),
                onGet(SERVER, Namespaces.DISCO_ITEMS, "query", query -> items(query, SERVER)),
                Hook.items(SERVER, this::services),
                onGet(ACCOUNT, DiscoInfo.NS, "query", query -> info(permitted(query), kernel.get().declared(ACCOUNT))),
                onGet(ACCOUNT, Namespaces.DISCO_ITEMS, "query", query -> items(permitted(query), ACCOUNT)),
                onGet(SERVICE, DiscoInfo.NS, "query", query -> info(query, service(query))),
                onGet(SERVICE, Namespaces.DISCO_ITEMS, "query", query -> items(query, service(query))));
    }

    private Iq.Response info(Query query) {
        var info = DiscoInfo.ofHost(kernel.get(), query.iq().to().domain());
        String node = node(query);
        if (!node.equals(ServerCaps.NODE + "#" + ServerCaps.verification(info)))
            return info(query, kernel.get().declared(SERVER));
        return query.result(Element.of(DiscoInfo.NS, "query").with("node", node).with(info));
    }

    private static Iq.Response info(Query query, DeclaredEntity entity) {
        String node = node(query);
        if (node.isEmpty())
            return query.result(Element.of(DiscoInfo.NS, "query").with(DiscoInfo.of(entity, query.iq().to().domain())));
        return query.result(
                Element.of(DiscoInfo.NS, "query").with("node", node)
                        .with(entity.node(query).orElseThrow(Disco::unknown))); // §3.2
    }

    private Iq.Response items(Query query, Hook.To to) { return items(query, kernel.get().declared(to)); }

    private static Iq.Response items(Query query, DeclaredEntity entity) {
        String node = node(query);
        var items = entity.items(query).toList();
        if (!node.isEmpty() && items.isEmpty() && entity.node(query).isEmpty()) throw unknown();
        var answer = Element.of(Namespaces.DISCO_ITEMS, "query");
        return query.result((node.isEmpty() ? answer : answer.with("node", node)).with(items));
    }

    /** Returns an item for each service of the host (§4.1). */
    private List<Element> services(Query query) {
        if (!node(query).isEmpty()) return List.of();
        return kernel.get().services().stream().filter(
                installed -> local.service(installed.service().label() + "." + query.iq().to().domain()).isPresent())
                .map(installed -> {
                    var item = Element.of(Namespaces.DISCO_ITEMS, "item").with("jid",
                            installed.service().label() + "." + query.iq().to().domain());
                    return installed.declared().identities().stream().map(Hook.Identity::name)
                            .filter(name -> !name.isEmpty()).findFirst().map(name -> item.with("name", name))
                            .orElse(item);
                }).toList();
    }

    private DeclaredEntity service(Query query) {
        String domain = query.iq().to().domain();
        return kernel.get().service(domain.substring(0, domain.indexOf('.'))).orElseThrow(Disco::unknown).declared();
    }

    private static String node(Query query) { return query.element().attribute("node").orElse(""); }

    private static StanzaException unknown() { return new StanzaException(Condition.ITEM_NOT_FOUND.plain()); }

    /** Rejects a stranger's query with the error of an account that does not exist (§8). */
    private Query permitted(Query query) {
        if (!visibility.maySee(query.account(), query.iq().from()))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        return query;
    }
}
