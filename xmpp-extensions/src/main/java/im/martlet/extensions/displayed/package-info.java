/** XEP-0490: up to where a user has read, for all of the user's devices. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.displayed;

import org.jspecify.annotations.NullMarked;
