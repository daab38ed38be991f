/**
 * The work on the mailbox of a local account: stanzas that its sessions send
 * ({@link im.martlet.account.OutboundStanzas}), stanzas that arrive for it ({@link im.martlet.account.InboundStanzas}),
 * requests, and the life of its sessions from binding to their end. The router reaches this package through
 * {@link im.martlet.routing.LocalDelivery}.
 */
@NullMarked
package im.martlet.account;

import org.jspecify.annotations.NullMarked;
