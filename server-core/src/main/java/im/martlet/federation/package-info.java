/**
 * Federation: streams and stanzas between this server and remote servers (RFC 6120 §4-§8, XEP-0178, XEP-0198, XEP-0220,
 * XEP-0288).
 *
 * <p>A stanza for a remote domain goes down through these classes:
 *
 * <ol> <li>{@link im.martlet.federation.Federation} finds the route for the two domains.
 * <li>{@link im.martlet.federation.OutboundRoute} queues the stanza, on a mailbox of its own. Its
 * {@link im.martlet.federation.Backlog} keeps messages in the database, its {@link im.martlet.federation.RouteDialer}
 * has streams built, and a {@link im.martlet.federation.RouteStream} holds the stanzas that are not acknowledged.
 * <li>{@link im.martlet.federation.ServerStream} writes the stanza: an {@link im.martlet.federation.OutgoingStream}
 * that this server opened, or an {@link im.martlet.federation.IncomingStream} that the remote server opened. Both may
 * carry stanzas both ways. </ol>
 *
 * <p>No class calls a class above it, except to report three kinds of events. None of these calls does work on the
 * caller's thread. A stream reports its events to its {@link im.martlet.federation.StreamOwner}, the route, which puts
 * them on its mailbox. A route reports that it is idle, so that it can be removed. A stream reports that a ping was
 * answered; this can be the ping of a route that uses another stream.
 *
 * <p>{@link im.martlet.federation.FederationPolicy} decides which domains may talk to each other.
 * {@link im.martlet.federation.CertificateTrustCache} decides whether a certificate is trusted for a domain, by an
 * authority, by DNS (RFC 7673) or by a web server (RFC 7711).
 *
 * <p>Threads: a stream negotiates on its mailbox; incoming stanzas are read on the I/O thread; a route works on its
 * mailbox, which may block on the database; lookups and connections block, on virtual threads.
 */
@NullMarked
package im.martlet.federation;

import org.jspecify.annotations.NullMarked;
