/** The vCard of a room and the avatar in it (XEP-0486, XEP-0054). On the room's mailbox. */
@NullMarked
package im.martlet.extensions.muc.avatar;

import org.jspecify.annotations.NullMarked;
