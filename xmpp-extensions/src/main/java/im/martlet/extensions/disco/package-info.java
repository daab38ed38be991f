/**
 * XEP-0030, XEP-0128 and XEP-0115: tells the features of this server and finds out those of clients. Handlers run on
 * the mailbox of the requester or of the account that the request is for.
 */
@NullMarked
package im.martlet.extensions.disco;

import org.jspecify.annotations.NullMarked;
