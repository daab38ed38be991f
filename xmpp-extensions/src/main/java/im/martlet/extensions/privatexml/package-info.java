/** XEP-0049: private XML of clients. Runs on the account's mailbox. */
@NullMarked
package im.martlet.extensions.privatexml;

import org.jspecify.annotations.NullMarked;
