/**
 * Instant messaging and presence: the rules of RFC 6121. {@link im.martlet.im.SubscriptionStates} is pure; everything
 * else runs on the mailbox of the account it is about.
 */
@NullMarked
package im.martlet.im;

import org.jspecify.annotations.NullMarked;
