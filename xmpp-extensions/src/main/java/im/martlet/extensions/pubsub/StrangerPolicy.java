package im.martlet.extensions.pubsub;

import im.martlet.extension.Query;
import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What strangers are told of an account's nodes: all about those that they may read, and of others what they would hear
 * if there were no such account (RFC 6121 §8.5.1). What is thrown is put into those words by who routes requests; what
 * is answered is not. On the account's mailbox.
 */
final class StrangerPolicy {
    private static final Set<String> OWN = Set.of("subscriptions", "affiliations"); // which somebody may have, or not

    private final Pep pep;
    private final NodeAccess desk;

    @Inject StrangerPolicy(Pep pep, NodeAccess desk) {
        this.pep = pep;
        this.desk = desk;
    }

    /** Answers requests for accounts with what is known of nodes. */
    Function<Query, Iq.Response> over(BiFunction<PubSubHost, Iq.Request, Iq.Response> answer) {
        return query -> {
            var place = pep.of(query.account());
            try {
                var response = answer.apply(place, query.iq());
                if (isStranger(place, query.iq()) && isEmpty(query.iq(), response) && !mayRead(place, query.iq()))
                    throw PubSubErrors.noSuchNode();
                return response;
            } catch (StanzaException e) {
                if (mayRead(place, query.iq())) return query.iq().failure(e.error());
                throw e;
            }
        };
    }

    private static boolean isStranger(PubSubHost place, Iq.Request iq) {
        var standing = place.standing(iq.from());
        return standing.affiliation() == Affiliation.NONE && !standing.seesPresence();
    }

    private boolean mayRead(PubSubHost place, Iq.Request iq) {
        var node = iq.element().children().stream().flatMap(e -> e.attribute("node").stream()).findFirst();
        return node.flatMap(name -> desk.look(place, name, iq.from()))
                .filter(target -> target.judge(NodeOperation.RETRIEVE) == AccessDecision.YES).isPresent();
    }

    /** Whether there is nothing in it but that somebody is there. */
    private static boolean isEmpty(Iq.Request iq, Iq.Response response) {
        if (iq.element().child("default").isPresent()) return true;
        return response instanceof Iq.Result result
                && result.payload().elements().stream().flatMap(pubsub -> pubsub.children().stream())
                        .anyMatch(list -> OWN.contains(list.name()) && list.children().isEmpty());
    }
}
