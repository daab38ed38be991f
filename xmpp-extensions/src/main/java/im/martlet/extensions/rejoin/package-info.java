/**
 * Keeps local clients in rooms of remote servers (XEP-0410), for clients that do not do so themselves. When a stream
 * with such a server ends, and at regular times, this server asks the room whether the client is still an occupant. If
 * it is not, this server joins the room again for the client. On the accounts' mailboxes, except for the clock.
 */
@NullMarked
package im.martlet.extensions.rejoin;

import org.jspecify.annotations.NullMarked;
