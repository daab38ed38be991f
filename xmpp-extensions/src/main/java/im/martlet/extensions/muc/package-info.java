/**
 * XEP-0045 and what goes with it: rooms on a domain of their own. What a room is, lives in {@code state}; what is
 * allowed, in {@code rules}; how both are written, in {@code wire}. Here is what is done with them: everything that
 * happens to a room, on the room's mailbox.
 */
@NullMarked
package im.martlet.extensions.muc;

import org.jspecify.annotations.NullMarked;
