/** XEP-0199: answers to pings. */
@NullMarked
package im.martlet.extensions.ping;

import org.jspecify.annotations.NullMarked;
