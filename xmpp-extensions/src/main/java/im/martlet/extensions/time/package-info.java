/** XEP-0202: what time it is here. */
@NullMarked
package im.martlet.extensions.time;

import org.jspecify.annotations.NullMarked;
