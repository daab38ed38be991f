/**
 * XEP-0402, XEP-0048, XEP-0049, XEP-0411: bookmarks as clients of three generations see them.
 * {@link im.martlet.extensions.bookmarks.BookmarkForms} is pure; the rest runs on the account's mailbox.
 */
@NullMarked
package im.martlet.extensions.bookmarks;

import org.jspecify.annotations.NullMarked;
