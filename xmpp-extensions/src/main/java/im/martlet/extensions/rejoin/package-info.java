/**
 * Keeps the devices of accounts in rooms of other servers (XEP-0410, for clients that do not look after it themselves):
 * when a stream with such a server has ended, and now and then, the room is asked whether the device is still there; if
 * it is not, it is brought in again. On the accounts' mailboxes, but for the clock.
 */
@NullMarked
package im.martlet.extensions.rejoin;

import org.jspecify.annotations.NullMarked;
