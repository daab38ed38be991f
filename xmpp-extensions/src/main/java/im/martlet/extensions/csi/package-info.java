/** XEP-0352: holds back stanzas that an inactive client does not need at once. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.csi;

import org.jspecify.annotations.NullMarked;
