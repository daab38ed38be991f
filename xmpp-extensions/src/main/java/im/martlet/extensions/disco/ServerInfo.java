package im.martlet.extensions.disco;

import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.xml.Element;
import java.util.ArrayList;
import java.util.List;

/** What disco#info says, taken from what is installed. */
final class ServerInfo {
    static final String NS = "http://jabber.org/protocol/disco#info";

    private ServerInfo() {}

    static List<Element> ofHost(Kernel kernel, String host) {
        var all = of(kernel, Hook.To.SERVER);
        all.addAll(kernel.forms(host));
        return all;
    }

    static List<Element> ofAccount(Kernel kernel) { return of(kernel, Hook.To.ACCOUNT); }

    private static List<Element> of(Kernel kernel, Hook.To what) {
        var all = new ArrayList<Element>();
        for (var identity : kernel.identities(what)) {
            var e = Element.of(NS, "identity").with("category", identity.category()).with("type", identity.type());
            all.add(identity.name().isEmpty() ? e : e.with("name", identity.name()));
        }
        for (String feature : kernel.features(what)) all.add(Element.of(NS, "feature").with("var", feature));
        return all;
    }
}
