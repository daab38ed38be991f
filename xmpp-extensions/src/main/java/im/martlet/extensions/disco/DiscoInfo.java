package im.martlet.extensions.disco;

import im.martlet.extension.DeclaredEntity;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.spec.Xep;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.ArrayList;
import java.util.List;

/** Builds disco#info answers from the installed extensions, with their forms (XEP-0128). */
@Xep(number = 128, title = "Service Discovery Extensions", version = "1.0.1")
final class DiscoInfo {
    static final String NS = Namespaces.DISCO_INFO;

    private DiscoInfo() {}

    static List<Element> ofHost(Kernel kernel, String host) { return of(kernel.declared(Hook.To.SERVER), host); }

    static List<Element> ofAccount(Kernel kernel) { return of(kernel.declared(Hook.To.ACCOUNT), ""); }

    static List<Element> of(DeclaredEntity entity, String domain) {
        var all = new ArrayList<Element>();
        for (var identity : entity.identities()) {
            var e = Element.of(NS, "identity").with("category", identity.category()).with("type", identity.type());
            all.add(identity.name().isEmpty() ? e : e.with("name", identity.name()));
        }
        for (String feature : entity.features()) all.add(Element.of(NS, "feature").with("var", feature));
        all.addAll(entity.forms(domain));
        return all;
    }
}
