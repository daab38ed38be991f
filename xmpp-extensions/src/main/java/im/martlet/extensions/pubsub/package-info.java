/**
 * XEP-0060 and XEP-0163: publish-subscribe, served twice by the same engine: as a service on a domain of its own, on
 * that domain's mailbox, and on every account (PEP), on the account's mailbox. What may be done is decided in
 * {@code rules}, and what is kept is in the stores; here is the wire. Other extensions publish for an account through
 * {@link im.martlet.extensions.pubsub.Pep}.
 */
@NullMarked
package im.martlet.extensions.pubsub;

import org.jspecify.annotations.NullMarked;
