/**
 * XMPP addresses (RFC 7622). They are in the lowest module because they are the keys of all stored data; outside the
 * XML decoder no address is a {@code String}. Pure values, any thread.
 */
@NullMarked
package im.martlet.address;

import org.jspecify.annotations.NullMarked;
