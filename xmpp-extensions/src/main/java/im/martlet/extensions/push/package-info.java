/**
 * XEP-0357: what an account misses is told to the services that its clients have named. What to tell is decided on the
 * account's mailbox, and is in the outbox together with the message; telling is done on the threads of the outbox.
 */
@NullMarked
package im.martlet.extensions.push;

import org.jspecify.annotations.NullMarked;
