/**
 * Other servers (RFC 6120 §4-§8 between servers, XEP-0178, XEP-0220, XEP-0288, XEP-0198). A
 * {@link im.martlet.federation.OutboundRoute} holds what waits for one remote domain from one of ours, on a mailbox of
 * its own; an {@link im.martlet.federation.OutgoingStream} is a stream that we opened, an
 * {@link im.martlet.federation.IncomingStream} one that another server did, and either may carry stanzas both ways.
 * {@link im.martlet.federation.FederationPolicy} says with whom a host talks,
 * {@link im.martlet.federation.CertificateTrustCache} whom a certificate is believed to be of (RFC 7673 and RFC 7711
 * among the reasons), {@link im.martlet.federation.Backlog} what waits in the database. Negotiation runs on the
 * stream's mailbox, stanzas that come in are read on the I/O thread; looking up and connecting is done on virtual
 * threads.
 */
@NullMarked
package im.martlet.federation;

import org.jspecify.annotations.NullMarked;
