/**
 * The three things XMPP carries (RFC 6120 §8), as immutable values, with their reader, writer and errors. Any thread.
 */
@NullMarked
package im.martlet.stanza;

import org.jspecify.annotations.NullMarked;
