package im.martlet.extensions.disco;

import im.martlet.extension.DeclaredEntity;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.ArrayList;
import java.util.List;

/** What disco#info says, taken from what is installed. */
final class DiscoInfo {
    static final String NS = Namespaces.DISCO_INFO;

    private DiscoInfo() {}

    static List<Element> ofHost(Kernel kernel, String host) { return of(kernel.declared(Hook.To.SERVER), host); }

    static List<Element> ofAccount(Kernel kernel) { return of(kernel.declared(Hook.To.ACCOUNT), ""); }

    static List<Element> of(DeclaredEntity what, String domain) {
        var all = new ArrayList<Element>();
        for (var identity : what.identities()) {
            var e = Element.of(NS, "identity").with("category", identity.category()).with("type", identity.type());
            all.add(identity.name().isEmpty() ? e : e.with("name", identity.name()));
        }
        for (String feature : what.features()) all.add(Element.of(NS, "feature").with("var", feature));
        all.addAll(what.forms(domain));
        return all;
    }
}
