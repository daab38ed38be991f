/**
 * The log of each account (its archive), the journal that writes it, and the data committed with it: outbox, resumable
 * sessions, messages for remote servers. The journal has its own thread; all other calls block.
 */
@NullMarked
package im.martlet.storage.log;

import org.jspecify.annotations.NullMarked;
