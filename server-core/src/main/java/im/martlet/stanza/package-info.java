/**
 * Stanzas (RFC 6120 §8) as immutable values, with their reader, writer and errors. Also the decisions that depend on
 * the content of a message alone ({@link im.martlet.stanza.MessageContent}) and the log lines about decisions
 * ({@link im.martlet.stanza.Decision}). Nothing here has state; any thread may use it.
 */
@NullMarked
package im.martlet.stanza;

import org.jspecify.annotations.NullMarked;
