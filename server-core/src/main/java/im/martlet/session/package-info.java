/**
 * Live accounts with their mailboxes, logs and sessions, and the tracking of acknowledgements. All work for an account
 * runs on its mailbox, one piece at a time, on a virtual thread. Only that thread may touch the state of an account and
 * of its sessions. Any thread may read the list of an account's sessions. Rules of XMPP do not belong here.
 */
@NullMarked
package im.martlet.session;

import org.jspecify.annotations.NullMarked;
