/** XEP-0352: what can wait while nobody looks at a client. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.csi;

import org.jspecify.annotations.NullMarked;
