/**
 * Routes each stanza to a mailbox: that of an account, a service, a component or a route to a remote domain.
 * {@link im.martlet.routing.Router} is the entry. Delivery to accounts is behind
 * {@link im.martlet.routing.LocalDelivery}, so this package does not depend on the rules of accounts. Any thread; calls
 * return at once.
 */
@NullMarked
package im.martlet.routing;

import org.jspecify.annotations.NullMarked;
