/**
 * A user's card and picture, which agree in all their forms: XEP-0054 (vcard-temp), XEP-0084 and XEP-0153 (avatars)
 * with their conversion (XEP-0398), XEP-0292 (vCard4). On the account's mailbox.
 */
@NullMarked
package im.martlet.extensions.vcard;

import org.jspecify.annotations.NullMarked;
