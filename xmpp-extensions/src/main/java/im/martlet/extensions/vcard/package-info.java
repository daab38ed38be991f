/** XEP-0054: business cards. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.vcard;

import org.jspecify.annotations.NullMarked;
