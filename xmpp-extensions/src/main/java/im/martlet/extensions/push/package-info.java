/**
 * XEP-0357: notifies push services of the messages that an account's devices miss. {@code NotificationPolicy} decides
 * on the account's mailbox, and stores a notification in the outbox together with its message.
 * {@code PushServicePublisher} sends it on the threads of the outbox. {@code PushGateway} is this server's own push
 * service, and {@code WebPushDelivery} sends its notifications to browsers.
 */
@NullMarked
package im.martlet.extensions.push;

import org.jspecify.annotations.NullMarked;
