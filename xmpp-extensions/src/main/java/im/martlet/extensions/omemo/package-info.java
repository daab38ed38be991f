/** XEP-0384: how the nodes are configured in which devices publish their keys. Pure. */
@NullMarked
package im.martlet.extensions.omemo;

import org.jspecify.annotations.NullMarked;
