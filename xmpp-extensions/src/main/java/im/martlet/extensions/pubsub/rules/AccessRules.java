package im.martlet.extensions.pubsub.rules;

import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import java.util.Collections;

/** Who may do what (XEP-0060 §4.1, §4.5): the one place where that is decided. */
public final class AccessRules {
    private AccessRules() {}

    public static AccessDecision judge(NodeOperation operation, NodeRelation who, NodeConfig node) {
        if (who.affiliation() == Affiliation.OWNER) return AccessDecision.YES;
        if (who.affiliation() == Affiliation.OUTCAST) return AccessDecision.FORBIDDEN;
        return switch (operation) {
            case SUBSCRIBE, RETRIEVE -> switch (who.affiliation()) {
                case PUBLISHER, MEMBER, OWNER -> AccessDecision.YES;
                case PUBLISH_ONLY, OUTCAST -> AccessDecision.FORBIDDEN;
                case NONE -> byAccessModel(operation, who, node);
            };
            case PUBLISH, RETRACT_OWN -> yesIf(mayPublish(who, node));
            case RETRACT_OTHERS, PURGE, CONFIGURE, DELETE, ADMINISTER -> AccessDecision.FORBIDDEN;
        };
    }

    private static AccessDecision byAccessModel(NodeOperation operation, NodeRelation who, NodeConfig node) {
        return switch (node.access()) {
            case OPEN -> AccessDecision.YES;
            case PRESENCE -> who.seesPresence() ? AccessDecision.YES : AccessDecision.PRESENCE_SUBSCRIPTION_REQUIRED;
            case ROSTER -> Collections.disjoint(who.groups(), node.groups()) ? AccessDecision.NOT_IN_ROSTER_GROUP
                    : AccessDecision.YES;
            case AUTHORIZE -> who.subscribed() ? AccessDecision.YES
                    : operation == NodeOperation.SUBSCRIBE ? AccessDecision.WHEN_APPROVED
                    : AccessDecision.NOT_SUBSCRIBED;
            case WHITELIST -> AccessDecision.CLOSED_NODE;
        };
    }

    private static boolean mayPublish(NodeRelation who, NodeConfig node) {
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

    private static AccessDecision yesIf(boolean allowed) {
        return allowed ? AccessDecision.YES : AccessDecision.FORBIDDEN;
    }
}
