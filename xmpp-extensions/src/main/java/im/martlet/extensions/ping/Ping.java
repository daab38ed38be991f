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
import im.martlet.im.Visibility;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;

/**
 * XEP-0199: answers pings to the server, to an account or to a service with an empty result. A ping to an account from
 * an address that may not see its presence gets service-unavailable.
 */
@Xep(number = 199, title = "XMPP Ping", version = "2.0.1")
public final class Ping implements Extension {

    private final Visibility visibility;

    @Inject Ping(Visibility visibility) { this.visibility = visibility; }

    @Override public List<Hook> hooks() {
        return List.of(feature(Namespaces.PING), accountFeature(Namespaces.PING), serviceFeature(Namespaces.PING),
                onGet(SERVER, Namespaces.PING, "ping", Query::result),
                onGet(ACCOUNT, Namespaces.PING, "ping", this::ofAccount),
                onGet(SERVICE, Namespaces.PING, "ping", Query::result));
    }

    /** Answers only an address that may see the account's presence (§6). */
    private Iq.Response ofAccount(Query query) {
        if (!visibility.maySee(query.account(), query.iq().from()))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        return query.result();
    }
}
