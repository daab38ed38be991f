package im.martlet.extensions.disco;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.accountFeature;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.identity;
import static im.martlet.extension.Hook.onGet;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.extension.Query;
import im.martlet.extension.Xep;
import im.martlet.im.Visibility;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;

/** XEP-0030: what the server is and can do, and what an account can; an account says so to whom may see its presence. */
@Xep(number = 30, title = "Service Discovery", version = "2.5.0")
public final class Disco implements Extension {
    private static final String ITEMS = "http://jabber.org/protocol/disco#items";

    private final Provider<Kernel> kernel; // which lists this extension too
    private final Visibility visibility;

    @Inject Disco(Provider<Kernel> kernel, Visibility visibility) {
        this.kernel = kernel;
        this.visibility = visibility;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                identity(SERVER, "server", "im", "Martlet"), identity(ACCOUNT, "account", "registered", ""),
                feature(ServerInfo.NS), feature(ITEMS), accountFeature(ServerInfo.NS), accountFeature(ITEMS),
                onGet(SERVER, ServerInfo.NS, "query", this::info),
                onGet(SERVER, ITEMS, "query", Disco::noItems),
                onGet(ACCOUNT, ServerInfo.NS, "query", this::accountInfo),
                onGet(ACCOUNT, ITEMS, "query", query -> noItems(permitted(query))));
    }

    private Iq.Response info(Query query) {
        var info = ServerInfo.ofHost(kernel.get(), query.iq().to().domain());
        var node = query.element().attribute("node").orElse("");
        if (node.isEmpty()) return query.result(Element.of(ServerInfo.NS, "query").with(info));
        if (!node.equals(Caps.NODE + "#" + Caps.verification(info))) throw new StanzaException(Condition.ITEM_NOT_FOUND.plain()); // §3.2
        return query.result(Element.of(ServerInfo.NS, "query").with("node", node).with(info));
    }

    private Iq.Response accountInfo(Query query) {
        permitted(query);
        noNode(query);
        return query.result(Element.of(ServerInfo.NS, "query").with(ServerInfo.ofAccount(kernel.get())));
    }

    private static Iq.Response noItems(Query query) {
        noNode(query);
        return query.result(Element.of(ITEMS, "query"));
    }

    private static void noNode(Query query) {
        if (query.element().attribute("node").filter(node -> !node.isEmpty()).isPresent()) throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
    }

    /** §8: a stranger learns no more of an account than of one that does not exist. */
    private Query permitted(Query query) {
        if (!visibility.maySee(query.account(), query.iq().from())) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        return query;
    }
}
