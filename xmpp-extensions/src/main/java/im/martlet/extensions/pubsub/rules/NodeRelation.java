package im.martlet.extensions.pubsub.rules;

import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import java.util.Set;

/**
 * The relation of an entity to a node.
 *
 * @param seesPresence whether the entity is subscribed to the presence of the node's owner
 * @param groups the groups of the owner's roster that contain the entity
 * @param subscribed whether the entity has an approved subscription
 */
public record NodeRelation(Affiliation affiliation, boolean seesPresence, Set<String> groups, boolean subscribed) {
    public static final NodeRelation OWNER = new NodeRelation(Affiliation.OWNER, true, Set.of(), false);

    public NodeRelation {
        groups = Set.copyOf(groups);
    }
}
