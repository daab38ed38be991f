/**
 * XEP-0313 and XEP-0441: lets clients read the archive of their account and set its preferences. A query begins on the
 * account's mailbox and reads the database beside it. The package {@link im.martlet.archive} decides which messages are
 * archived, and when.
 */
@NullMarked
package im.martlet.extensions.mam;

import org.jspecify.annotations.NullMarked;
