/**
 * The contract between a client's stream and the features that it negotiates (RFC 6120 §4.3): a feature sees the
 * {@link im.martlet.negotiation.StreamState} and returns the next {@link im.martlet.negotiation.Step}. It also holds
 * the interface between a stream and the account layer ({@link im.martlet.negotiation.SessionPort}). Only the stream
 * touches the connection.
 */
@NullMarked
package im.martlet.negotiation;

import org.jspecify.annotations.NullMarked;
