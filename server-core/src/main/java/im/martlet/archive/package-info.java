/**
 * Archives messages: decides which messages an account keeps, and for how long. Also adds stanza ids (XEP-0359),
 * handles retractions, and offers missed messages to consumers with an outbox, such as push. Everything runs on the
 * account's mailbox, except {@link im.martlet.archive.OutboxConsumers}, {@link im.martlet.archive.Retention} and the
 * search for retracted messages, which have threads of their own. The state of a log is in
 * {@link im.martlet.session.AccountLog}. Archive queries over XMPP belong to an extension.
 */
@NullMarked
package im.martlet.archive;

import org.jspecify.annotations.NullMarked;
