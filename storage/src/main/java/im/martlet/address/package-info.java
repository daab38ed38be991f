/**
 * XMPP addresses (RFC 7622). They live in the lowest module because they are the keys of everything that is stored:
 * past the XML decoder no address is a {@code String}. Pure values, any thread.
 */
@NullMarked
package im.martlet.address;

import org.jspecify.annotations.NullMarked;
