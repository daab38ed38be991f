package im.martlet.extensions.pubsub;

import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extension.Xep;
import im.martlet.routing.Router;
import im.martlet.session.StanzaTransaction;
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

/** XEP-0060: publish-subscribe on a domain of its own below each host, on that domain's mailbox. */
@Xep(number = 60, title = "Publish-Subscribe", version = "1.30.0",
        note = "leaf nodes; one subscription for each address; without what needs the presence of subscribers or publishers, digests, bodies, content filters; what is left out, and why, is in ADMIN.md; events wait for who is offline where the node says type normal or chat")
@Xep(number = 222, title = "Best Practices for Persistent Storage of Public Data via Publish-Subscribe",
        version = "1.0")
@Xep(number = 223, title = "Best Practices for Persistent Storage of Private Data via Publish-Subscribe",
        version = "1.1.1")
@Xep(number = 442, title = "Pubsub Message Archive Management", version = "0.2.0",
        note = "what a node keeps, as an archive; replaced items are not in it")
@Xep(number = 462, title = "PubSub Type Filtering", version = "0.1.1")
public final class PubSubService implements Extension {
    private final Supplier<PubSubSettings> settings;
    private final PubSubRequests engine;
    private final Showing showing;
    private final SubscriptionApprovals approvals;
    private final Router router;

    /** What is shown of nodes. */
    record Showing(NodeDisco disco, NodeArchive archive) {
        @Inject Showing {}
    }

    @Inject PubSubService(Supplier<PubSubSettings> settings, PubSubRequests engine, Showing showing,
            SubscriptionApprovals approvals, Router router) {
        this.settings = settings;
        this.engine = engine;
        this.showing = showing;
        this.approvals = approvals;
        this.router = router;
    }

    @Override public List<Hook> hooks() {
        var label = settings.get().service();
        return label.isEmpty() ? List.of() : List.of(new Hook.Service(label, Jid::host, declarations(), this::receive));
    }

    private List<Hook.Declaration> declarations() {
        var all = new ArrayList<>(List.of(Hook.identity(SERVICE, "pubsub", "service", "Publish-subscribe"),
                onGet(SERVICE, PubSubXml.NS, "pubsub", q -> engine.get(at(q.iq()), q.iq())),
                onSet(SERVICE, PubSubXml.NS, "pubsub", q -> engine.set(at(q.iq()), q.iq())),
                onGet(SERVICE, PubSubXml.OWNER, "pubsub", q -> engine.ownerGet(at(q.iq()), q.iq())),
                onSet(SERVICE, PubSubXml.OWNER, "pubsub", q -> engine.ownerSet(at(q.iq()), q.iq())),
                Hook.items(SERVICE, q -> showing.disco.items(at(q.iq()), q)),
                Hook.nodeInfo(SERVICE, q -> showing.disco.info(at(q.iq()), q)),
                Hook.command(SERVICE, approvals.command(_ -> true, q -> at(q.iq())))));
        for (String feature : NodeDisco.features("access-open", "get-pending")) all.add(Hook.serviceFeature(feature));
        showing.archive.namespace().ifPresent(ns -> all.addAll(List.of(onSet(SERVICE, ns, "query", this::archived),
                onGet(SERVICE, ns, "query", this::archived), onGet(SERVICE, ns, "metadata", this::archived))));
        for (String feature : showing.archive.features()) all.add(Hook.serviceFeature(feature));
        return all;
    }

    /** XEP-0442. */
    private Iq.Response archived(Query query) {
        var answer = showing.archive.answer(at(query.iq()), query.iq());
        answer.subList(0, answer.size() - 1).forEach(router::route);
        return (Iq.Response) answer.getLast();
    }

    PubSubHost at(Stanza stanza) { return at(stanza.to().domain()); }

    PubSubHost at(String domain) { return new ServiceHost(Jid.of("", domain, ""), settings.get(), router); }

    private void receive(Stanza stanza, StanzaTransaction transaction) {
        switch (stanza) {
            case Message m when m.isError() -> {} // of somebody who could not be told
            case Message m when SubscriptionApprovals.isDecision(m) -> approvals.decide(at(m), m);
            case Message _, Iq.Request _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            case Iq.Response _, Presence _ -> {}
        }
    }
}
