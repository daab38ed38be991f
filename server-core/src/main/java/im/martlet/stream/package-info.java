/**
 * One client's stream from its first byte to its last (RFC 6120 §4-§7): header, negotiation, then stanzas. Features say
 * themselves when their turn is; only {@link im.martlet.stream.ClientStream} touches the connection, through a
 * {@link im.martlet.stream.StreamConnection}, which streams between servers have too. Until a resource is bound all
 * work is done on the stream's own mailbox; after that bytes are read on the I/O thread and stanzas go to the account's
 * mailbox.
 */
@NullMarked
package im.martlet.stream;

import org.jspecify.annotations.NullMarked;
