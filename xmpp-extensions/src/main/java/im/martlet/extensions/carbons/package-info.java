/** XEP-0280: copies messages to all sessions of an account that enabled it. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.carbons;

import org.jspecify.annotations.NullMarked;
