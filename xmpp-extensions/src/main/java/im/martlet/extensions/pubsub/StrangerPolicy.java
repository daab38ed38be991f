package im.martlet.extensions.pubsub;

import im.martlet.extension.Query;
import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Limits what strangers learn about an account's nodes. They learn all about nodes that they may read. For all other
 * nodes they get the reply that an account that does not exist would give (RFC 6121 §8.5.1). The router puts that reply
 * in place of an exception from here, but leaves a returned error as it is. Used on the account's mailbox.
 */
final class StrangerPolicy {
    /** Lists of the requester's own entries, which may be empty. */
    private static final Set<String> OWN_LISTS = Set.of("subscriptions", "affiliations");

    private final AccountHosts hosts;
    private final NodeAccess access;

    @Inject StrangerPolicy(AccountHosts hosts, NodeAccess access) {
        this.hosts = hosts;
        this.access = access;
    }

    /** Wraps a handler of requests to accounts, so that its replies follow this policy. */
    Function<Query, Iq.Response> over(BiFunction<PubSubHost, Iq.Request, Iq.Response> handler) {
        return query -> {
            var host = hosts.of(query.account());
            try {
                var response = handler.apply(host, query.iq());
                if (isStranger(host, query.iq()) && isEmpty(query.iq(), response) && !mayRead(host, query.iq()))
                    throw PubSubErrors.noSuchNode();
                return response;
            } catch (StanzaException e) {
                if (mayRead(host, query.iq())) return query.iq().failure(e.error());
                throw e;
            }
        };
    }

    private static boolean isStranger(PubSubHost host, Iq.Request iq) {
        var relation = host.relationOf(iq.from());
        return relation.affiliation() == Affiliation.NONE && !relation.seesPresence();
    }

    private boolean mayRead(PubSubHost host, Iq.Request iq) {
        var node = iq.element().children().stream().flatMap(e -> e.attribute("node").stream()).findFirst();
        return node.flatMap(name -> access.find(host, name, iq.from()))
                .filter(target -> target.judge(NodeOperation.RETRIEVE) == AccessDecision.YES).isPresent();
    }

    /** Returns whether a response shows nothing except that the account exists. */
    private static boolean isEmpty(Iq.Request iq, Iq.Response response) {
        if (iq.element().child("default").isPresent()) return true;
        return response instanceof Iq.Result result
                && result.payload().elements().stream().flatMap(pubsub -> pubsub.children().stream())
                        .anyMatch(list -> OWN_LISTS.contains(list.name()) && list.children().isEmpty());
    }
}
