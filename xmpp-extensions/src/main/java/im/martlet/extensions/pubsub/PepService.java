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
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * XEP-0163: every account is a publish-subscribe service. Neither the account's owner nor the requester must be online.
 */
@Xep(number = 163, title = "Personal Eventing Protocol", version = "1.2.2",
        note = "without XEP-0033 addresses in notifications; an entity that may not see the account's presence "
                + "learns about the nodes that it may read, and otherwise gets the reply of an account that does "
                + "not exist (RFC 6121 §8.5.1)")
@Xep(number = 172, title = "User Nickname", version = "1.1", note = "as a node of an account")
public final class PepService implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(PepService.class);

    private final AccountHosts hosts;
    private final PubSubRequests requests;
    private final NodeInterests interests;
    private final NodeDisco disco;
    private final SubscriptionApprovals approvals;
    private final StrangerPolicy strangerPolicy;

    @Inject PepService(AccountHosts hosts, PubSubRequests requests, NodeInterests interests, NodeDisco disco,
            SubscriptionApprovals approvals, StrangerPolicy strangerPolicy) {
        this.hosts = hosts;
        this.requests = requests;
        this.interests = interests;
        this.disco = disco;
        this.approvals = approvals;
        this.strangerPolicy = strangerPolicy;
    }

    @Override public List<Hook> hooks() {
        var hooks = new ArrayList<Hook>(
                List.of(identity(ACCOUNT, "pubsub", "pep", ""), identity(SERVER, "pubsub", "pep", ""),
                        onGet(ACCOUNT, PubSubXml.NS, "pubsub", strangerPolicy.over(requests::get)),
                        onSet(ACCOUNT, PubSubXml.NS, "pubsub", strangerPolicy.over(requests::set)),
                        onGet(ACCOUNT, PubSubXml.OWNER, "pubsub", strangerPolicy.over(requests::ownerGet)),
                        onSet(ACCOUNT, PubSubXml.OWNER, "pubsub", strangerPolicy.over(requests::ownerSet)),
                        Hook.items(ACCOUNT, q -> disco.items(this.hosts.of(q.account()), q)),
                        Hook.nodeInfo(ACCOUNT, q -> disco.info(this.hosts.of(q.account()), q)),
                        Hook.onSession(interests::handle), Hook.onDelivered(interests::handle),
                        Hook.onSend(InterceptorStage.STAMP, this::decide),
                        Hook.command(ACCOUNT, approvals.command(q -> q.iq().from().bare().equals(q.account().jid()),
                                q -> this.hosts.of(q.account())))));
        for (String feature : NodeDisco.features("access-presence", "auto-subscribe", "filtered-notifications",
                "get-pending", "presence-subscribe", "since")) {
            hooks.add(accountFeature(feature));
            hooks.add(feature(feature)); // some clients ask the server instead of the account
        }
        hooks.add(accountFeature(PubSubXml.NS + "#pubsub-on-a-jid")); // XEP-0060 §9
        return hooks;
    }

    /** Applies the owner's decision about a subscription to a node of the account (XEP-0060 §8.6.2). */
    private Verdict decide(InterceptedStanza intercepted) {
        var account = intercepted.account();
        if (!(intercepted.stanza() instanceof Message m) || !account.jid().equals(m.to())
                || !SubscriptionApprovals.isDecision(m))
            return Verdict.pass();
        approvals.decide(hosts.of(account), m);
        Decision.DROPPED.log(LOG, "the server applied the decision about a subscription that it contains",
                account.jid(), m);
        return Verdict.drop();
    }
}
