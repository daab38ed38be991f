/** XEP-0049: XML that clients keep for themselves. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.privatexml;

import org.jspecify.annotations.NullMarked;
