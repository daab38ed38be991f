/**
 * What a room is, and who is in it. No I/O, no XML; a {@link im.martlet.extensions.muc.state.Room} belongs to its
 * mailbox.
 */
@NullMarked
package im.martlet.extensions.muc.state;

import org.jspecify.annotations.NullMarked;
