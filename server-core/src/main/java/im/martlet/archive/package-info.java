/**
 * What becomes of messages: which are kept, for how long and for whom, the ids that say where (XEP-0359), and who
 * beyond the server is told of those that nobody was there for. On the mailbox of the account, but for
 * {@link im.martlet.archive.OutboxConsumers}, which has threads of its own. How far a log has come is known to
 * {@link im.martlet.session.AccountLog}; how it is read over XMPP is the business of an extension.
 */
@NullMarked
package im.martlet.archive;

import org.jspecify.annotations.NullMarked;
