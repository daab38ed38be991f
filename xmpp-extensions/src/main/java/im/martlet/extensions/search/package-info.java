/** XEP-0055: users who want it are found by others of their host. On the mailbox of the account that asks. */
@NullMarked
package im.martlet.extensions.search;

import org.jspecify.annotations.NullMarked;
