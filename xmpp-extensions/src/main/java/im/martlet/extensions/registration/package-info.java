/** XEP-0077: getting an account, changing its password, giving it up. */
@NullMarked
package im.martlet.extensions.registration;

import org.jspecify.annotations.NullMarked;
