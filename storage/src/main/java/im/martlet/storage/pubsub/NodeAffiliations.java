package im.martlet.storage.pubsub;

import im.martlet.address.Jid;
import java.util.List;
import java.util.Map;

/** The affiliations of entities with {@link Nodes} (XEP-0060 §4.1); the affiliation {@code NONE} is not stored. */
public interface NodeAffiliations {
    enum Affiliation { OWNER, PUBLISHER, PUBLISH_ONLY, MEMBER, NONE, OUTCAST }

    /** The affiliation of an entity with a node. */
    record At(String node, Affiliation affiliation) {}

    /**
     * Returns the affiliation of an entity.
     *
     * @param entity the bare address
     */
    Affiliation of(long node, Jid entity);

    Map<Jid, Affiliation> all(long node);

    /**
     * Stores an affiliation.
     *
     * @param affiliation the affiliation; {@code NONE} deletes the entry
     */
    void put(long node, Jid entity, Affiliation affiliation);

    /** Returns the affiliations of an entity with the nodes of an owner; at most {@code limit} of them. */
    List<At> across(Nodes.Owner owner, Jid entity, int limit);
}
