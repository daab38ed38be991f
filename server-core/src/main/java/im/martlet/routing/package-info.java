/**
 * The way of a stanza: from the session that sent it, past the interceptors, to whoever it is for. {@link
 * im.martlet.routing.Departures} runs on the sender's mailbox, {@link im.martlet.routing.Arrivals} on the recipient's;
 * {@link im.martlet.routing.Router} only decides whose mailbox that is: an account's, a service's, or one for another server.
 */
@NullMarked
package im.martlet.routing;

import org.jspecify.annotations.NullMarked;
