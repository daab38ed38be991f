/**
 * XEP-0402, XEP-0048, XEP-0049, XEP-0411: bookmarks of rooms, in the forms of three generations of clients.
 * {@link im.martlet.extensions.bookmarks.BookmarkForms} is pure. The other classes run on the account's mailbox.
 */
@NullMarked
package im.martlet.extensions.bookmarks;

import org.jspecify.annotations.NullMarked;
