/**
 * XEP-0030, XEP-0128 and XEP-0115: tells the features of this server and finds out those of clients. Answers on the
 * mailbox of the account that asks or that is asked.
 */
@NullMarked
package im.martlet.extensions.disco;

import org.jspecify.annotations.NullMarked;
