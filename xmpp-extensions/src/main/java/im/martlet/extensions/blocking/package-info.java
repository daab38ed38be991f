/** XEP-0191: whom a user does not want to hear from. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.blocking;

import org.jspecify.annotations.NullMarked;
