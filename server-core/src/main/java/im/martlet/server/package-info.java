/**
 * Putting it together: the command line, the list of Guice modules that is the product, starting and stopping. Nothing
 * here knows how anything works.
 */
@NullMarked
package im.martlet.server;

import org.jspecify.annotations.NullMarked;
