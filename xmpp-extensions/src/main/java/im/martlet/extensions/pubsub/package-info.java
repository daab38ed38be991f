/**
 * XEP-0060 and XEP-0163: publish-subscribe. The same handlers serve two kinds of {@code PubSubHost}: a service on a
 * domain of its own, on that domain's mailbox, and every account (PEP), on the account's mailbox. This package reads
 * requests and writes replies and notifications. The package {@code rules} decides which requests are allowed, and the
 * stores keep nodes and items. Other extensions publish for an account through
 * {@link im.martlet.extensions.pubsub.Pep}.
 */
@NullMarked
package im.martlet.extensions.pubsub;

import org.jspecify.annotations.NullMarked;
