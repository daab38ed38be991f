/** XEP-0203: removes forged delay stamps. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.delay;

import org.jspecify.annotations.NullMarked;
