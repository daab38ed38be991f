/**
 * XEP-0045: rooms on a domain of their own, and the extensions of rooms. Everything that happens to a room runs on the
 * room's mailbox.
 *
 * <p> Package {@code state} holds the state of rooms, {@code rules} the privileges, and {@code wire} the XML. The
 * classes here handle the stanzas. A {@link im.martlet.extensions.muc.RoomFeature} declares its
 * {@link im.martlet.extensions.muc.RoomHook}s, and every room follows them. Such a feature can live in a package of its
 * own: rooms do not know it.
 */
@NullMarked
package im.martlet.extensions.muc;

import org.jspecify.annotations.NullMarked;
