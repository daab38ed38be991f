package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.storage.pubsub.Nodes;
import im.martlet.storage.pubsub.Nodes.Node;
import jakarta.inject.Inject;

/** Limits the nodes and items of a host, in all and for each creator. Used on the host's mailbox. */
final class PubSubQuota {
    private final Nodes nodes;

    @Inject PubSubQuota(Nodes nodes) { this.nodes = nodes; }

    /** @throws im.martlet.stanza.StanzaException if the creator or the host already has as many nodes as allowed */
    void checkNode(PubSubHost host, Jid creator) {
        host.creatorLimit()
                .filter(limit -> nodes.usage(host.owner().service(), creator).nodes() >= limit.nodes())
                .ifPresent(limit -> {
                    throw PubSubErrors.tooMuch("you have " + limit.nodes() + " nodes here, and no more are allowed");
                });
        if (nodes.usage(host.owner()).nodes() >= host.limit().nodes()) throw PubSubErrors
                .tooMuch("there are " + host.limit().nodes() + " nodes here, and no more are allowed");
    }

    boolean hasCapacity(PubSubHost host, Node node, long bytes) {
        return host.creatorLimit().stream().allMatch(
                limit -> nodes.usage(host.owner().service(), node.creator()).bytes() + bytes <= limit.bytes())
                && nodes.usage(host.owner()).bytes() + bytes <= host.limit().bytes();
    }

    /** @throws im.martlet.stanza.StanzaException if there is no room for so many more bytes */
    void check(PubSubHost host, Node node, long bytes) {
        if (hasCapacity(host, node, bytes)) return;
        var perCreator = host.creatorLimit()
                .map(limit -> "all items in the nodes of one creator may have " + limit.bytes() + " bytes together, ")
                .orElse("");
        throw PubSubErrors.tooMuch(perCreator + "all items here may have " + host.limit().bytes()
                + " bytes together, and have " + nodes.usage(host.owner()).bytes() + "; retract some items first");
    }
}
