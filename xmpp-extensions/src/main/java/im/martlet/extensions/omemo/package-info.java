/** XEP-0384: the configuration of the nodes on which clients publish their keys. Pure. */
@NullMarked
package im.martlet.extensions.omemo;

import org.jspecify.annotations.NullMarked;
