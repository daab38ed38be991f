/** Reads and writes the elements, forms and status codes of rooms. Pure; any thread. */
@NullMarked
package im.martlet.extensions.muc.wire;

import org.jspecify.annotations.NullMarked;
