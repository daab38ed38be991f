/**
 * Instant messaging and presence: the rules of RFC 6121, and the delivery of messages that waited
 * ({@link im.martlet.im.CatchUp}, {@link im.martlet.im.Redelivery}). {@link im.martlet.im.SubscriptionStates} is pure.
 * All other classes run on the mailbox of the account that they handle.
 */
@NullMarked
package im.martlet.im;

import org.jspecify.annotations.NullMarked;
