/**
 * XEP-0055: a directory of the users of a host that asked to be listed. On the mailbox of the account that searches.
 */
@NullMarked
package im.martlet.extensions.search;

import org.jspecify.annotations.NullMarked;
