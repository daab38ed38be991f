package im.martlet.extensions.delay;

import static im.martlet.extension.Hook.onReceive;
import static im.martlet.extension.Hook.onSend;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.config.Hosts;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;

/**
 * XEP-0203: removes delay stamps in the name of a host of this server from stanzas of clients and of remote servers.
 * Otherwise a sender could date a message back, and the recipient would believe it.
 */
@Xep(number = 203, title = "Delayed Delivery", version = "2.0")
public final class DelayedDelivery implements Extension {

    private final Hosts hosts;

    @Inject DelayedDelivery(Hosts hosts) { this.hosts = hosts; }

    @Override public List<Hook> hooks() {
        return List.of(onSend(InterceptorStage.STAMP, this::stripForged),
                onReceive(InterceptorStage.STAMP, this::stripFromRemote));
    }

    /** Keeps the stamps of local senders: this server checked and stamped those stanzas itself. */
    private Verdict stripFromRemote(InterceptedStanza intercepted) {
        return hosts.isLocal(intercepted.stanza().from().domain()) ? Verdict.pass() : stripForged(intercepted);
    }

    private Verdict stripForged(InterceptedStanza intercepted) {
        var payload = intercepted.stanza().payload();
        var clean = payload.without(this::claimsHost);
        if (clean == payload) return Verdict.pass();
        return switch (intercepted.stanza()) {
            case Message m -> Verdict.change(m.with(clean));
            case Presence p -> Verdict.change(p.with(clean));
            case Iq _ -> Verdict.pass(); // a request or response is never stored for later delivery
        };
    }

    private boolean claimsHost(Element e) {
        return e.is(Namespaces.DELAY, "delay") && e.attribute("from").filter(this::isHost).isPresent();
    }

    private boolean isHost(String from) {
        try {
            var claimed = Jid.parse(from);
            return !claimed.hasLocal() && hosts.isLocal(claimed.domain());
        } catch (JidException e) {
            return false; // no client believes a malformed address
        }
    }
}
