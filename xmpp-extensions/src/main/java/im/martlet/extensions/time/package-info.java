/** XEP-0202: the server's time. */
@NullMarked
package im.martlet.extensions.time;

import org.jspecify.annotations.NullMarked;
