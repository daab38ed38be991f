/** XEP-0157: contact addresses of the server's admins. */
@NullMarked
package im.martlet.extensions.contact;

import org.jspecify.annotations.NullMarked;
