/** How rooms speak: elements, forms and status codes, from and to values. Pure; any thread. */
@NullMarked
package im.martlet.extensions.muc.wire;

import org.jspecify.annotations.NullMarked;
