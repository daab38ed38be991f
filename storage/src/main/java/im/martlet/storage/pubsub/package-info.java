/** Publish-subscribe nodes with their items, affiliations and subscriptions. Calls block. */
@NullMarked
package im.martlet.storage.pubsub;

import org.jspecify.annotations.NullMarked;
