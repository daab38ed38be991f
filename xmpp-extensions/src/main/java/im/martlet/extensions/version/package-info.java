/** XEP-0092: what this software is. */
@NullMarked
package im.martlet.extensions.version;

import org.jspecify.annotations.NullMarked;
