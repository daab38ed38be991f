/** XEP-0157: whom to write to about this server. */
@NullMarked
package im.martlet.extensions.contact;

import org.jspecify.annotations.NullMarked;
