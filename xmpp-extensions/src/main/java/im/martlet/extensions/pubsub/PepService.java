package im.martlet.extensions.pubsub;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.accountFeature;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.identity;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.extension.Xep;
import im.martlet.stanza.Message;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/**
 * XEP-0163: every account is a publish-subscribe service. Its owner needs no presence for that, and neither does who
 * asks.
 */
@Xep(number = 163, title = "Personal Eventing Protocol", version = "1.2.2",
        note = "without XEP-0033 addresses in notifications; who may not see the presence of an account is told of its nodes what they may read, and else what they would be told if there were no account (RFC 6121 §8.5.1)")
@Xep(number = 312, title = "PubSub Since", version = "0.3",
        note = "nodes of accounts; of each node no more than the 50 newest items")
public final class PepService implements Extension {
    private final Pep pep;
    private final PubSubRequests engine;
    private final NodeInterests interests;
    private final NodeDisco disco;
    private final SubscriptionApprovals approvals;
    private final StrangerPolicy discretion;

    @Inject PepService(Pep pep, PubSubRequests engine, NodeInterests interests, NodeDisco disco,
            SubscriptionApprovals approvals, StrangerPolicy discretion) {
        this.pep = pep;
        this.engine = engine;
        this.interests = interests;
        this.disco = disco;
        this.approvals = approvals;
        this.discretion = discretion;
    }

    @Override public List<Hook> hooks() {
        var hooks = new ArrayList<Hook>(
                List.of(identity(ACCOUNT, "pubsub", "pep", ""), identity(SERVER, "pubsub", "pep", ""),
                        onGet(ACCOUNT, PubSubXml.NS, "pubsub", discretion.over(engine::get)),
                        onSet(ACCOUNT, PubSubXml.NS, "pubsub", discretion.over(engine::set)),
                        onGet(ACCOUNT, PubSubXml.OWNER, "pubsub", discretion.over(engine::ownerGet)),
                        onSet(ACCOUNT, PubSubXml.OWNER, "pubsub", discretion.over(engine::ownerSet)),
                        Hook.items(ACCOUNT, q -> disco.items(pep.of(q.account()), q)),
                        Hook.nodeInfo(ACCOUNT, q -> disco.info(pep.of(q.account()), q)),
                        Hook.onSession(interests::hear), Hook.onDelivered(interests::hear),
                        Hook.onSend(InterceptorStage.STAMP, this::decide),
                        Hook.command(ACCOUNT, approvals.command(q -> q.iq().from().bare().equals(q.account().jid()),
                                q -> pep.of(q.account())))));
        for (String feature : NodeDisco.features("access-presence", "auto-subscribe", "filtered-notifications",
                "get-pending", "presence-subscribe", "since")) {
            hooks.add(accountFeature(feature));
            hooks.add(feature(feature)); // some clients look here
        }
        hooks.add(accountFeature(PubSubXml.NS + "#pubsub-on-a-jid")); // XEP-0060 §9
        return hooks;
    }

    /** XEP-0060 §8.6.2: the owner has decided about a subscription to one of the account's nodes. */
    private Verdict decide(InterceptedStanza intercepted) {
        var account = intercepted.account();
        if (!(intercepted.stanza() instanceof Message m) || !account.jid().equals(m.to())
                || !SubscriptionApprovals.isDecision(m))
            return Verdict.pass();
        approvals.decide(pep.of(account), m);
        return Verdict.drop();
    }
}
