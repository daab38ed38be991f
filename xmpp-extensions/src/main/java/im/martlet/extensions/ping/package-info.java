/** XEP-0199: is anybody there? */
@NullMarked
package im.martlet.extensions.ping;

import org.jspecify.annotations.NullMarked;
