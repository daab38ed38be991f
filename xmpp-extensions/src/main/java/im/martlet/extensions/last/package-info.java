/** XEP-0012: the time of an account's last presence. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.last;

import org.jspecify.annotations.NullMarked;
