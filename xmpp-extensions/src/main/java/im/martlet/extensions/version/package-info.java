/** XEP-0092: the name and version of this software. */
@NullMarked
package im.martlet.extensions.version;

import org.jspecify.annotations.NullMarked;
