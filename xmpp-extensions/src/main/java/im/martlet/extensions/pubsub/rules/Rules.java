package im.martlet.extensions.pubsub.rules;

import im.martlet.storage.Affiliations.Affiliation;
import java.util.Collections;

/** Who may do what (XEP-0060 §4.1, §4.5): the one place where that is decided. */
public final class Rules {
    private Rules() {}

    public static Answer judge(Operation operation, Standing who, NodeConfig node) {
        if (who.affiliation() == Affiliation.OWNER) return Answer.YES;
        if (who.affiliation() == Affiliation.OUTCAST) return Answer.FORBIDDEN;
        return switch (operation) {
            case SUBSCRIBE, RETRIEVE -> switch (who.affiliation()) {
                case PUBLISHER, MEMBER, OWNER -> Answer.YES;
                case PUBLISH_ONLY, OUTCAST -> Answer.FORBIDDEN;
                case NONE -> byAccessModel(operation, who, node);
            };
            case PUBLISH, RETRACT_OWN -> yesIf(mayPublish(who, node));
            case RETRACT_OTHERS, PURGE, CONFIGURE, DELETE, ADMINISTER -> Answer.FORBIDDEN;
        };
    }

    private static Answer byAccessModel(Operation operation, Standing who, NodeConfig node) {
        return switch (node.access()) {
            case OPEN -> Answer.YES;
            case PRESENCE -> who.seesPresence() ? Answer.YES : Answer.PRESENCE_SUBSCRIPTION_REQUIRED;
            case ROSTER -> Collections.disjoint(who.groups(), node.groups()) ? Answer.NOT_IN_ROSTER_GROUP : Answer.YES;
            case AUTHORIZE -> who.subscribed() ? Answer.YES : operation == Operation.SUBSCRIBE ? Answer.WHEN_APPROVED : Answer.NOT_SUBSCRIBED;
            case WHITELIST -> Answer.CLOSED_NODE;
        };
    }

    private static boolean mayPublish(Standing who, NodeConfig node) {
        return switch (who.affiliation()) {
            case OWNER, PUBLISHER, PUBLISH_ONLY -> true;
            case OUTCAST -> false;
            case MEMBER, NONE -> switch (node.publishing()) {
                case PUBLISHERS -> false;
                case SUBSCRIBERS -> who.subscribed();
                case OPEN -> true;
            };
        };
    }

    private static Answer yesIf(boolean allowed) { return allowed ? Answer.YES : Answer.FORBIDDEN; }
}
