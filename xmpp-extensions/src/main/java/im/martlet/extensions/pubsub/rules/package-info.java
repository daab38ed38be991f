/**
 * The rules of publish-subscribe: the configuration of nodes (XEP-0060 §8.2, §16.4) and access to them (§4). This
 * package knows no stanzas and no stores. Pure; any thread.
 */
@NullMarked
package im.martlet.extensions.pubsub.rules;

import org.jspecify.annotations.NullMarked;
