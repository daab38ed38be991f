/**
 * Collections that the JDK lacks. Knows nothing of XMPP. As with the JDK's own, the owner of a collection decides on
 * its thread.
 */
@NullMarked
package im.martlet.collect;

import org.jspecify.annotations.NullMarked;
