/**
 * Publish-subscribe without a wire and without a store: how a node is configured (XEP-0060 §8.2, §16.4) and who may do
 * what with it (§4). Pure; any thread.
 */
@NullMarked
package im.martlet.extensions.pubsub.rules;

import org.jspecify.annotations.NullMarked;
