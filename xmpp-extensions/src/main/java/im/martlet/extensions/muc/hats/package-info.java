/**
 * Hats of rooms (XEP-0317): titles that admins give to users, shown in presence. On the room's mailbox.
 */
@NullMarked
package im.martlet.extensions.muc.hats;

import org.jspecify.annotations.NullMarked;
