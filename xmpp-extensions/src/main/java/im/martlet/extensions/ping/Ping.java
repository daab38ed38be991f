package im.martlet.extensions.ping;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.accountFeature;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.serviceFeature;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extension.Xep;
import java.util.List;

/** XEP-0199: a ping to the server, to an account or to a service is answered with an empty result. */
@Xep(number = 199, title = "XMPP Ping", version = "2.0.1")
public final class Ping implements Extension {
    private static final String NS = "urn:xmpp:ping";

    @Override public List<Hook> hooks() {
        return List.of(feature(NS), accountFeature(NS), serviceFeature(NS),
                onGet(SERVER, NS, "ping", Query::result), onGet(ACCOUNT, NS, "ping", Query::result), onGet(SERVICE, NS, "ping", Query::result));
    }
}
