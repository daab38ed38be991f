package im.martlet.extensions.pubsub;

import im.martlet.extensions.pubsub.rules.NodeConfig;

/** The configuration that an extension gives to some nodes of accounts, unless their creator asks for another. */
public interface NodeDefaults {
    boolean describes(String node);

    /**
     * Returns the configuration of a new node.
     *
     * @param node a node that this profile describes
     * @param standard the configuration for all nodes of accounts
     */
    NodeConfig configure(String node, NodeConfig standard);
}
