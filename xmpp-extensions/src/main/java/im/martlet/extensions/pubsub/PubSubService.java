package im.martlet.extensions.pubsub;

import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.routing.Router;
import im.martlet.session.StanzaTransaction;
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** XEP-0060: publish-subscribe on a domain of its own below each host. Used on the mailbox of that domain. */
@Xep(number = 60, title = "Publish-Subscribe", version = "1.30.0",
        note = "leaf nodes; one subscription for each address; without the features that need the presence of "
                + "subscribers or publishers, digests, bodies, content filters; ADMIN.md says what is left out and "
                + "why; offline recipients get events later if the node's notifications have type normal or chat")
public final class PubSubService implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(PubSubService.class);

    private final Supplier<PubSubSettings> settings;
    private final PubSubRequests requests;
    private final NodeDisco disco;
    private final NodeArchive archive;
    private final SubscriptionApprovals approvals;
    private final Router router;

    @Inject PubSubService(Supplier<PubSubSettings> settings, PubSubRequests requests, NodeDisco disco,
            NodeArchive archive, SubscriptionApprovals approvals, Router router) {
        this.settings = settings;
        this.requests = requests;
        this.disco = disco;
        this.archive = archive;
        this.approvals = approvals;
        this.router = router;
    }

    @Override public List<Hook> hooks() {
        var label = settings.get().service();
        return label.isEmpty() ? List.of() : List.of(new Hook.Service(label, Jid::host, declarations(), this::receive));
    }

    private List<Hook.Declaration> declarations() {
        var all = new ArrayList<>(List.of(Hook.identity(SERVICE, "pubsub", "service", "Publish-subscribe"),
                onGet(SERVICE, PubSubXml.NS, "pubsub", q -> requests.get(host(q.iq()), q.iq())),
                onSet(SERVICE, PubSubXml.NS, "pubsub", q -> requests.set(host(q.iq()), q.iq())),
                onGet(SERVICE, PubSubXml.OWNER, "pubsub", q -> requests.ownerGet(host(q.iq()), q.iq())),
                onSet(SERVICE, PubSubXml.OWNER, "pubsub", q -> requests.ownerSet(host(q.iq()), q.iq())),
                Hook.items(SERVICE, q -> disco.items(host(q.iq()), q)),
                Hook.nodeInfo(SERVICE, q -> disco.info(host(q.iq()), q)),
                Hook.command(SERVICE, approvals.command(_ -> true, q -> host(q.iq())))));
        for (String feature : NodeDisco.features("access-open", "get-pending")) all.add(Hook.serviceFeature(feature));
        archive.namespace().ifPresent(ns -> all.addAll(List.of(onSet(SERVICE, ns, "query", this::archived),
                onGet(SERVICE, ns, "query", this::archived), onGet(SERVICE, ns, "metadata", this::archived))));
        for (String feature : archive.features()) all.add(Hook.serviceFeature(feature));
        return all;
    }

    /** XEP-0442. */
    private Iq.Response archived(Query query) {
        var reply = archive.answer(host(query.iq()), query.iq());
        reply.subList(0, reply.size() - 1).forEach(router::route);
        return (Iq.Response) reply.getLast();
    }

    PubSubHost host(Stanza stanza) { return host(stanza.to().domain()); }

    PubSubHost host(String domain) { return new ServiceHost(Jid.of("", domain, ""), settings.get(), router); }

    private void receive(Stanza stanza, StanzaTransaction transaction) {
        switch (stanza) {
            case Message m when m.isError() -> Decision.DROPPED.log(LOG,
                    "a publish-subscribe service does not answer errors", null, stanza);
            case Message m when SubscriptionApprovals.isDecision(m) -> approvals.decide(host(m), m);
            case Message _, Iq.Request _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            case Iq.Response _, Presence _ -> Decision.DROPPED.log(LOG,
                    "a publish-subscribe service takes no presence and no IQ responses", null, stanza);
        }
    }
}
