/** XEP-0077: creates accounts, changes passwords and deletes accounts in-band. */
@NullMarked
package im.martlet.extensions.registration;

import org.jspecify.annotations.NullMarked;
