/** XEP-0478: what a stream may carry. */
@NullMarked
package im.martlet.extensions.limits;

import org.jspecify.annotations.NullMarked;
