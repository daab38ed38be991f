/**
 * The vCard and avatar of an account. All their forms always agree: XEP-0054 (vcard-temp), XEP-0292 (vCard4), XEP-0084
 * and XEP-0153 (avatars) with their conversion (XEP-0398). Runs on the account's mailbox.
 */
@NullMarked
package im.martlet.extensions.vcard;

import org.jspecify.annotations.NullMarked;
