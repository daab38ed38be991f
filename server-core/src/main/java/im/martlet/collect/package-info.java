/**
 * Collections that the JDK lacks. Knows nothing of XMPP. The owner of a collection decides which thread uses it, as for
 * the collections of the JDK.
 */
@NullMarked
package im.martlet.collect;

import org.jspecify.annotations.NullMarked;
