/** XEP-0191: the blocklists of accounts. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.blocking;

import org.jspecify.annotations.NullMarked;
