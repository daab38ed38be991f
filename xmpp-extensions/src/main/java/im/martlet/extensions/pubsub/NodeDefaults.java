package im.martlet.extensions.pubsub;

import im.martlet.extensions.pubsub.rules.NodeConfig;

/** What an extension knows of some nodes of accounts: how they are configured when whoever makes them does not say. */
public interface NodeDefaults {
    boolean describes(String node);

    /**
     * @param node one that this describes
     * @param standard what holds for all nodes of accounts
     */
    NodeConfig configure(String node, NodeConfig standard);
}
