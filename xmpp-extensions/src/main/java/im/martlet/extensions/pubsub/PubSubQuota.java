package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.storage.pubsub.Nodes;
import im.martlet.storage.pubsub.Nodes.Node;
import jakarta.inject.Inject;

/** How much there may be at a place: in all, and of nodes that one entity has made. On the place's mailbox. */
final class PubSubQuota {
    private final Nodes nodes;

    @Inject PubSubQuota(Nodes nodes) { this.nodes = nodes; }

    /** @throws im.martlet.stanza.StanzaException when there can be no other node, of this entity or at all */
    void checkNode(PubSubHost place, Jid who) {
        place.mostOfOne().filter(most -> nodes.usage(place.owner().service(), who).nodes() >= most.nodes())
                .ifPresent(most -> {
                    throw PubSubErrors.tooMuch("whoever makes nodes here may have " + most.nodes() + " nodes");
                });
        if (nodes.usage(place.owner()).nodes() >= place.most().nodes())
            throw PubSubErrors.tooMuch("there may be " + place.most().nodes() + " nodes here");
    }

    boolean hasRoom(PubSubHost place, Node node, long bytes) {
        return place.mostOfOne().stream()
                .allMatch(most -> nodes.usage(place.owner().service(), node.creator()).bytes() + bytes <= most.bytes())
                && nodes.usage(place.owner()).bytes() + bytes <= place.most().bytes();
    }

    /** @throws im.martlet.stanza.StanzaException when there is no room for so many bytes more */
    void check(PubSubHost place, Node node, long bytes) {
        if (hasRoom(place, node, bytes)) return;
        var one = place.mostOfOne().map(most -> "items of nodes that one entity has made here may have " + most.bytes()
                + " bytes together; and ").orElse("");
        throw PubSubErrors.tooMuch(one + "all items here may have " + place.most().bytes()
                + " bytes together, and have " + nodes.usage(place.owner()).bytes() + "; retract some first");
    }
}
