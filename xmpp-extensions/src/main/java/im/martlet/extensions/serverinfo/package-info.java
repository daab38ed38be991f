/**
 * XEP-0485: with whom the hosts talk, published for everybody. A clock of its own looks at the streams and publishes
 * what has changed.
 */
@NullMarked
package im.martlet.extensions.serverinfo;

import org.jspecify.annotations.NullMarked;
