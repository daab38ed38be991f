/**
 * Hash functions that every JDK has, without checked exceptions. Knows nothing of XMPP. Any thread.
 */
@NullMarked
package im.martlet.digest;

import org.jspecify.annotations.NullMarked;
