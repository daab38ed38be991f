package im.martlet.extensions.pubsub;

import im.martlet.storage.Affiliations;
import im.martlet.storage.Items;
import im.martlet.storage.Nodes;
import im.martlet.storage.Subscriptions;
import jakarta.inject.Inject;

/** All that is kept of nodes. */
record Stores(Nodes nodes, Items items, Affiliations affiliations, Subscriptions subscriptions) {
    @Inject Stores {}
}
