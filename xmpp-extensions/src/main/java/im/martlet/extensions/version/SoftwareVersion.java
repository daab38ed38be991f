package im.martlet.extensions.version;

import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.serviceFeature;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.server.Version;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.xml.Element;
import java.util.List;

/** XEP-0092: tells the name and version of this software, but not the operating system. */
@Xep(number = 92, title = "Software Version", version = "1.1")
public final class SoftwareVersion implements Extension {
    private static final String NS = "jabber:iq:version";

    @Override public List<Hook> hooks() {
        return List.of(feature(NS), serviceFeature(NS), onGet(SERVER, NS, "query", SoftwareVersion::answer),
                onGet(SERVICE, NS, "query", SoftwareVersion::answer));
    }

    private static Iq.Response answer(Query query) {
        return query.result(Element.of(NS, "query").with(
                Element.of(NS, "name").withText("Martlet"), Element.of(NS, "version").withText(Version.current())));
    }
}
