/**
 * XEP-0490: the last message that a user read in each chat, for all of the user's clients. On the account's mailbox.
 */
@NullMarked
package im.martlet.extensions.displayed;

import org.jspecify.annotations.NullMarked;
