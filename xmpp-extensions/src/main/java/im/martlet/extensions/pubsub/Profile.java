package im.martlet.extensions.pubsub;

import im.martlet.extensions.pubsub.rules.NodeConfig;

/** What an extension knows of some nodes of accounts: how they are configured when whoever makes them does not say. */
public interface Profile {
    boolean describes(String node);

    /** @param standard what holds for all nodes of accounts */
    NodeConfig configure(NodeConfig standard);
}
