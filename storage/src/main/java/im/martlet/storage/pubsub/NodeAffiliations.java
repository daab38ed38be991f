package im.martlet.storage.pubsub;

import im.martlet.address.Jid;
import java.util.List;
import java.util.Map;

/** What people are at {@link Nodes} (XEP-0060 §4.1); who is nothing is not here. */
public interface NodeAffiliations {
    enum Affiliation { OWNER, PUBLISHER, PUBLISH_ONLY, MEMBER, NONE, OUTCAST }

    /** What somebody is at a node. */
    record At(String node, Affiliation affiliation) {}

    /** @param entity bare address */
    Affiliation of(long node, Jid entity);

    Map<Jid, Affiliation> all(long node);

    /** @param affiliation {@code NONE} to forget them */
    void put(long node, Jid entity, Affiliation affiliation);

    /** What somebody is at the nodes of an owner; at most {@code limit} of them. */
    List<At> across(Nodes.Owner owner, Jid entity, int limit);
}
