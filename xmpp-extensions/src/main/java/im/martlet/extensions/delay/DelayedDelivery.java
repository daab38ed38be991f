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
 * XEP-0203: a delay that a host of this server is said to have caused is noted by that host only; from what a client or
 * another server sends it is taken off. Else one could date a message back, and its recipient believe it.
 */
@Xep(number = 203, title = "Delayed Delivery", version = "2.0")
public final class DelayedDelivery implements Extension {

    private final Hosts hosts;

    @Inject DelayedDelivery(Hosts hosts) { this.hosts = hosts; }

    @Override public List<Hook> hooks() {
        return List.of(onSend(InterceptorStage.STAMP, this::stripForged),
                onReceive(InterceptorStage.STAMP, this::stripForeign));
    }

    /** What was delayed here says so in its own name. */
    private Verdict stripForeign(InterceptedStanza intercepted) {
        return hosts.isLocal(intercepted.stanza().from().domain()) ? Verdict.pass() : stripForged(intercepted);
    }

    private Verdict stripForged(InterceptedStanza intercepted) {
        var payload = intercepted.stanza().payload();
        var clean = payload.without(this::isForged);
        if (clean == payload) return Verdict.pass();
        return switch (intercepted.stanza()) {
            case Message m -> Verdict.change(m.with(clean));
            case Presence p -> Verdict.change(p.with(clean));
            case Iq _ -> Verdict.pass(); // nothing is delayed there
        };
    }

    private boolean isForged(Element e) {
        return e.is(Namespaces.DELAY, "delay") && e.attribute("from").filter(this::isHost).isPresent();
    }

    private boolean isHost(String from) {
        try {
            var claimed = Jid.parse(from);
            return !claimed.hasLocal() && hosts.isLocal(claimed.domain());
        } catch (JidException e) {
            return false; // nobody is named who could be believed
        }
    }
}
