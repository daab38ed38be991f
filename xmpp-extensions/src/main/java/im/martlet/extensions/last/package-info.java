/** XEP-0012: when somebody was last here. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.last;

import org.jspecify.annotations.NullMarked;
