package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.archive.OutboxConsumers;
import im.martlet.collect.BoundedMap;
import im.martlet.extension.Delivery;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.SessionEvent;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.session.StanzaTransaction;
import im.martlet.session.UnackedStanza;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.Urgency;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.push.PushServices.Service;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which devices are notified of a message, and puts the notifications into the outbox together with the
 * message. A device that is connected and in use gets none. The other devices get one at once. If one of the account's
 * devices is in use, they get it later, because that device first has time to show the message. Used on the account's
 * mailbox.
 */
final class NotificationPolicy {
    static final String OUTBOX = "push";
    private static final Logger LOG = LoggerFactory.getLogger(NotificationPolicy.class);
    private static final int MOST_REMEMBERED = 2000;

    /**
     * A device that was notified of a message.
     *
     * @param service the id of the device's registration
     * @param message the message's key, see {@link Candidate}
     */
    private record Notified(long service, Object message) {}

    private record SentToRoom(Jid room, String id) {}

    /**
     * A message that may lead to notifications.
     *
     * @param key the message's id in the account's log, or the room's id for it
     * @param logId the message's id in the account's log; 0 if it is not there
     * @param stanza the message; null if only the log has it
     */
    private record Candidate(PendingNotification notification, Object key, long logId, @Nullable Message stanza) {
        static Candidate of(PendingNotification notification, Message m, long logId) {
            return new Candidate(notification,
                    logId == 0 ? m.from().bare() + "/" + PendingNotification.idInRoom(m) : logId, logId, m);
        }
    }

    /** The latest notifications. A message that comes back from a lost connection must not cause a second one. */
    private static final Slots.Key<Set<Notified>> NOTIFIED =
            Slots.Key.of("push.notified", NotificationPolicy::boundedSet);
    /** The latest messages that the account sent to rooms, which return them. */
    private static final Slots.Key<Set<SentToRoom>> SENT_TO_ROOMS =
            Slots.Key.of("push.sent-to-rooms", NotificationPolicy::boundedSet);

    private final PushRegistrations registrations;
    private final Supplier<PushSettings> settings;
    private final OutboxConsumers outboxConsumers;
    private final Journal journal;
    private final PushTrace trace;
    private final SecureRandom random = new SecureRandom();

    @Inject NotificationPolicy(PushRegistrations registrations, Supplier<PushSettings> settings,
            OutboxConsumers outboxConsumers, Journal journal, PushTrace trace) {
        this.registrations = registrations;
        this.settings = settings;
        this.outboxConsumers = outboxConsumers;
        this.journal = journal;
        this.trace = trace;
    }

    private static <T> Set<T> boundedSet() { return BoundedMap.set(MOST_REMEMBERED); }

    /** Handles a message that the account sent or received. */
    void delivered(Delivery d) {
        if (!(d.stanza() instanceof Message m)) return;
        if (d.direction() == InterceptedStanza.Direction.SENT) sent(d.account(), m);
        else if (registrations.of(d.account()).isEmpty())
            Decision.NOT_PUSHED.log(LOG, "the account has enabled no push service", d.account().jid(), m);
        else if (needsNotification(d.account(), m) && !isRoomHistory(d.account(), m))
            enqueue(d.account(), m, m.log(), d.transaction());
    }

    private void sent(Account account, Message m) {
        boolean toRoom = m.type() == Message.Type.GROUPCHAT && m.to() != null && !m.id().isEmpty();
        if (toRoom && !registrations.of(account).isEmpty())
            account.get(SENT_TO_ROOMS).add(new SentToRoom(m.to().bare(), m.id()));
    }

    /** Handles a message of a room that none of the account's devices is in. */
    void missed(Account account, Message m, StanzaTransaction transaction) {
        if (needsNotification(account, m)) enqueue(account, m, 0, transaction);
    }

    private static boolean needsNotification(Account account, Message m) {
        if (Urgency.of(m) == Urgency.NONE) {
            Decision.NOT_PUSHED.log(LOG, "the message has no content for a user, or must not be stored", account.jid(),
                    m);
            return false;
        }
        if (isOwn(m, account)) {
            Decision.NOT_PUSHED.log(LOG, "the account itself sent the message", account.jid(), m);
            return false;
        }
        return true;
    }

    private static boolean isOwn(Message m, Account account) {
        return m.from().bare().equals(account.jid()) || m.type() == Message.Type.GROUPCHAT
                && account.get(SENT_TO_ROOMS).contains(new SentToRoom(m.from().bare(), m.id()));
    }

    private static boolean isRoomHistory(Account account, Message m) {
        if (m.type() != Message.Type.GROUPCHAT || !m.has(Namespaces.DELAY, "delay")) return false;
        Decision.NOT_PUSHED.log(LOG, "the message is history of the room, from before the device joined",
                account.jid(), m);
        return true;
    }

    /** @param logId the message's id in the account's log; 0 if it is not there */
    private void enqueue(Account account, Message m, long logId, StanzaTransaction transaction) {
        var candidate =
                Candidate.of(PendingNotification.of(m, count(account), settings.get().body()), m, logId);
        for (Service service : registrations.of(account)) {
            if (account.sessions().stream().anyMatch(s -> s.isInUse() && PushRegistrations.isOf(s, service)))
                skip(account, service, candidate, "the device is connected and in use");
            else write(account, service, candidate)
                    .ifPresent(write -> transaction.record(write, () -> outboxConsumers.wake(OUTBOX)));
        }
    }

    private Optional<Write> write(Account account, Service service, Candidate candidate) {
        var now = Instant.now();
        if (service.isDisabled(now)) return skip(account, service, candidate, PushServicePublisher.DISABLED_REASON);
        if (!account.get(NOTIFIED).add(new Notified(service.id(), candidate.key))) {
            log(Decision.NOT_PUSHED, account, service, candidate, "the device was already notified of the message");
            return Optional.empty();
        }
        long entry = candidate.logId != 0 ? candidate.logId : LogId.next(0, now, random.nextLong());
        boolean otherDeviceInUse = !candidate.notification.isCall()
                && account.sessions().stream().anyMatch(s -> s.isInUse() && s.isAvailable());
        if (!registrations.hasCapacity(account, service))
            return skip(account, service, candidate, "too many notifications wait for the push service");
        var due = otherDeviceInUse ? now.plus(settings.get().grace()) : now;
        var note = "notification " + PushServicePublisher.item(entry) + " for " + service.registration().service();
        if (otherDeviceInUse) {
            log(Decision.HELD_BACK, account, service, candidate,
                    "another device is in use and has time to show the message first");
            note += " at " + due + ", unless another device shows the message";
        }
        trace.note(account.jid(), note);
        return Optional.of(new Write.Announce(account.existingKey(), OUTBOX, service.id(), entry,
                candidate.notification.write(), due));
    }

    private Optional<Write> skip(Account account, Service service, Candidate candidate, String reason) {
        trace.note(account.jid(), "no notification at " + service.registration().service() + ": " + reason);
        log(Decision.NOT_PUSHED, account, service, candidate, reason);
        return Optional.empty();
    }

    private static void log(Decision decision, Account account, Service service, Candidate candidate, String reason) {
        if (!LOG.isDebugEnabled()) return;
        var full = reason + " (push service " + service.registration().service() + ")";
        if (candidate.stanza != null) decision.log(LOG, full, account.jid(), candidate.stanza);
        else decision.log(LOG, full, account.jid(), StanzaIds.text(candidate.logId));
    }

    private static int count(Account account) { return Math.max(1, account.log().undelivered()); }

    void handle(SessionEvent event) {
        switch (event) {
            case SessionEvent.Detached(var session) -> lostConnection(session);
            case SessionEvent.BeforeEnd(var session) -> lostConnection(session);
            case SessionEvent.Bound _, SessionEvent.Available _, SessionEvent.Presented _ -> {}
            case SessionEvent.ReadyForMessages _, SessionEvent.Unavailable _, SessionEvent.Closed _ -> {}
        }
    }

    /** Notifies the session's device of the messages that its lost connection did not deliver. */
    private void lostConnection(Session session) {
        var account = session.account();
        var undelivered = session.leftOver();
        if (undelivered.isEmpty() || account.key().isEmpty()) return;
        var writes = new ArrayList<Write>();
        for (Service service : registrations.of(account)) if (PushRegistrations.isOf(session, service))
            for (UnackedStanza unacked : undelivered)
                candidate(account, unacked).flatMap(c -> write(account, service, c)).ifPresent(writes::add);
        if (!writes.isEmpty()) journal.submit(writes, () -> outboxConsumers.wake(OUTBOX));
    }

    private Optional<Candidate> candidate(Account account, UnackedStanza unacked) {
        return switch (unacked) {
            case UnackedStanza.Whole(Message m, var since) -> {
                boolean oldCall = Urgency.of(m) == Urgency.CALL
                        && since.plus(Notification.CALL_LIFETIME).isBefore(Instant.now());
                if (oldCall) Decision.NOT_PUSHED.log(LOG, "the call is too old", account.jid(), m);
                yield oldCall || !needsNotification(account, m) ? Optional.empty() : Optional.of(Candidate.of(
                        PendingNotification.of(m, count(account), settings.get().body()), m, m.log()));
            }
            case UnackedStanza.Whole _ -> Optional.empty();
            case UnackedStanza.Logged(var id, _) ->
                    Optional.of(new Candidate(PendingNotification.unknown(count(account)), id, id, null));
        };
    }
}
