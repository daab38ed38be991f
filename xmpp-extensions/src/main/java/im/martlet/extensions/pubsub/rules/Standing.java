package im.martlet.extensions.pubsub.rules;

import im.martlet.storage.Affiliations.Affiliation;
import java.util.Set;

/**
 * How somebody stands to a node.
 *
 * @param seesPresence whether they are subscribed to the presence of the node's owner
 * @param groups in which the owner's roster has them
 * @param subscribed whether they have a subscription that was approved
 */
public record Standing(Affiliation affiliation, boolean seesPresence, Set<String> groups, boolean subscribed) {
    public static final Standing OWNER = new Standing(Affiliation.OWNER, true, Set.of(), false);

    public Standing {
        groups = Set.copyOf(groups);
    }
}
