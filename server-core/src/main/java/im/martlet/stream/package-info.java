/**
 * One client's stream from its first byte to its last (RFC 6120 §4-§7): header, negotiation, then stanzas. Each stream
 * feature decides when it applies. {@link im.martlet.stream.ClientLogin} carries out the decisions and keeps the
 * {@link im.martlet.stream.LoginPhase}. Only {@link im.martlet.stream.ClientStream} and its login touch the connection,
 * through a {@link im.martlet.stream.StreamConnection}, which streams of servers and components have too. Until a
 * resource is bound, the stream's own mailbox does all work. After that the I/O thread reads bytes, and the account's
 * mailbox handles stanzas. The counter of the stream's mailbox orders the two.
 */
@NullMarked
package im.martlet.stream;

import org.jspecify.annotations.NullMarked;
