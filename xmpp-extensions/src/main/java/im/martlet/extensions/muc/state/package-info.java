/**
 * The state of a room and of its occupants. No I/O, no XML; a {@link im.martlet.extensions.muc.state.Room} belongs to
 * its mailbox.
 */
@NullMarked
package im.martlet.extensions.muc.state;

import org.jspecify.annotations.NullMarked;
