/**
 * Who is here: live accounts, their mailboxes and their sessions. All that happens to an account happens on its
 * mailbox, one thing at a time, on a virtual thread; the state of an account and its sessions is touched nowhere else.
 * Only the list of an account's sessions may be read by anyone.
 */
@NullMarked
package im.martlet.session;

import org.jspecify.annotations.NullMarked;
