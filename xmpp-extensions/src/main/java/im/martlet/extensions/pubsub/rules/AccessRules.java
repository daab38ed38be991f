package im.martlet.extensions.pubsub.rules;

import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import java.util.Collections;

/** Decides which operations an entity may perform on a node (XEP-0060 §4.1, §4.5). No other class decides that. */
public final class AccessRules {
    private AccessRules() {}

    public static AccessDecision judge(NodeOperation operation, NodeRelation relation, NodeConfig node) {
        if (relation.affiliation() == Affiliation.OWNER) return AccessDecision.YES;
        if (relation.affiliation() == Affiliation.OUTCAST) return AccessDecision.FORBIDDEN;
        return switch (operation) {
            case SUBSCRIBE, RETRIEVE -> switch (relation.affiliation()) {
                case PUBLISHER, MEMBER, OWNER -> AccessDecision.YES;
                case PUBLISH_ONLY, OUTCAST -> AccessDecision.FORBIDDEN;
                case NONE -> byAccessModel(operation, relation, node);
            };
            case PUBLISH, RETRACT_OWN -> yesIf(mayPublish(relation, node));
            case RETRACT_OTHERS, PURGE, CONFIGURE, DELETE, ADMINISTER -> AccessDecision.FORBIDDEN;
        };
    }

    private static AccessDecision byAccessModel(NodeOperation operation, NodeRelation relation, NodeConfig node) {
        return switch (node.access()) {
            case OPEN -> AccessDecision.YES;
            case PRESENCE ->
                    relation.seesPresence() ? AccessDecision.YES : AccessDecision.PRESENCE_SUBSCRIPTION_REQUIRED;
            case ROSTER -> Collections.disjoint(relation.groups(), node.groups()) ? AccessDecision.NOT_IN_ROSTER_GROUP
                    : AccessDecision.YES;
            case AUTHORIZE -> relation.subscribed() ? AccessDecision.YES
                    : operation == NodeOperation.SUBSCRIBE ? AccessDecision.WHEN_APPROVED
                    : AccessDecision.NOT_SUBSCRIBED;
            case WHITELIST -> AccessDecision.CLOSED_NODE;
        };
    }

    private static boolean mayPublish(NodeRelation relation, NodeConfig node) {
        return switch (relation.affiliation()) {
            case OWNER, PUBLISHER, PUBLISH_ONLY -> true;
            case OUTCAST -> false;
            case MEMBER, NONE -> switch (node.publishing()) {
                case PUBLISHERS -> false;
                case SUBSCRIBERS -> relation.subscribed();
                case OPEN -> true;
            };
        };
    }

    private static AccessDecision yesIf(boolean allowed) {
        return allowed ? AccessDecision.YES : AccessDecision.FORBIDDEN;
    }
}
