/** XEP-0280: every device sees the whole conversation. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.carbons;

import org.jspecify.annotations.NullMarked;
