/**
 * Decides which mailbox a stanza goes to: an account's, a service's, a component's, or a remote server's.
 * {@link im.martlet.routing.Router} is the entry. Delivery to accounts is behind
 * {@link im.martlet.routing.LocalDelivery}, so that this package knows nothing of accounts' rules. Any thread; calls
 * return at once.
 */
@NullMarked
package im.martlet.routing;

import org.jspecify.annotations.NullMarked;
