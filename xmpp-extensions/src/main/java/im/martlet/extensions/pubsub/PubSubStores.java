package im.martlet.extensions.pubsub;

import im.martlet.storage.pubsub.NodeAffiliations;
import im.martlet.storage.pubsub.NodeItems;
import im.martlet.storage.pubsub.NodeSubscriptions;
import im.martlet.storage.pubsub.Nodes;
import jakarta.inject.Inject;

/** All stores of nodes. */
record PubSubStores(Nodes nodes, NodeItems items, NodeAffiliations affiliations, NodeSubscriptions subscriptions) {
    @Inject PubSubStores {}
}
