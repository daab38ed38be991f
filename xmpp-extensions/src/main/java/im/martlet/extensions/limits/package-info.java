/** XEP-0478: the limits of streams, as clients read them. */
@NullMarked
package im.martlet.extensions.limits;

import org.jspecify.annotations.NullMarked;
