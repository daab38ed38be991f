package im.martlet.extensions.omemo;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extensions.pubsub.NodeDefaults;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.spec.Xep;
import java.util.List;

/**
 * XEP-0384: opens the nodes with keys, so that every sender can read the keys of all devices of a recipient. This
 * serves clients that do not set the access model when they publish, in the current and in the older namespace.
 */
@Xep(number = 384, title = "OMEMO Encryption", version = "0.9.1",
        note = "distribution of keys, also in the namespace of version 0.3")
public final class Omemo implements Extension, NodeDefaults {
    private static final String LEGACY_PREFIX = "eu.siacs.conversations.axolotl.";
    private static final String DEVICES = "urn:xmpp:omemo:2:devices";
    private static final String BUNDLES = "urn:xmpp:omemo:2:bundles";

    @Override public List<Hook> hooks() { return List.of(); }

    @Override public boolean describes(String node) {
        return node.startsWith(LEGACY_PREFIX) || node.equals(DEVICES) || node.equals(BUNDLES);
    }

    @Override public NodeConfig configure(String node, NodeConfig standard) {
        var open = standard.with(NodeConfigField.ACCESS_MODEL, "open");
        return node.equals(BUNDLES)
                ? open.with(NodeConfigField.MAX_ITEMS, "max").with(NodeConfigField.SEND_LAST_PUBLISHED_ITEM, "never")
                : open;
    }
}
