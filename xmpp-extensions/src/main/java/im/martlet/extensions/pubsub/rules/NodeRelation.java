package im.martlet.extensions.pubsub.rules;

import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import java.util.Set;

/**
 * How somebody stands to a node.
 *
 * @param seesPresence whether they are subscribed to the presence of the node's owner
 * @param groups in which the owner's roster has them
 * @param subscribed whether they have a subscription that was approved
 */
public record NodeRelation(Affiliation affiliation, boolean seesPresence, Set<String> groups, boolean subscribed) {
    public static final NodeRelation OWNER = new NodeRelation(Affiliation.OWNER, true, Set.of(), false);

    public NodeRelation {
        groups = Set.copyOf(groups);
    }
}
