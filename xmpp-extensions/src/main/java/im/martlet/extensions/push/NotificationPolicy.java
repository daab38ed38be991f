package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.archive.OutboxConsumers;
import im.martlet.extension.Delivery;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.SessionEvent;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.session.StanzaTransaction;
import im.martlet.session.UnackedStanza;
import im.martlet.stanza.Message;
import im.martlet.stanza.Urgency;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.push.PushServices.Service;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides who is to be notified of what, and puts that into the outbox together with the message. A device that is
 * connected, and that somebody looks at, is not; the others are at once, or, while somebody looks at one of them, when
 * that had time to show the message. On the account's mailbox.
 */
final class NotificationPolicy {
    static final String OUTBOX = "push";
    private static final int MOST_REMEMBERED = 2000;
    private static final Duration CALL = Duration.ofSeconds(60); // how long somebody waits for an answer

    /** @param message its place in the log, or how a room calls it */
    private record Told(long service, Object message) {}

    private record Said(Jid room, String id) {}

    /** Of what each device was told: what a connection takes with it must not be told again. */
    private static final Slots.Key<Set<Told>> TOLD = Slots.Key.of("push.told", NotificationPolicy::bounded);
    /** What was said in rooms comes back from there. */
    private static final Slots.Key<Set<Said>> SAID = Slots.Key.of("push.said", NotificationPolicy::bounded);

    private final PushRegistrations registrations;
    private final Supplier<PushSettings> settings;
    private final OutboxConsumers announcer;
    private final Journal journal;
    private final PushTrace trace;
    private final SecureRandom random = new SecureRandom();

    @Inject NotificationPolicy(PushRegistrations registrations, Supplier<PushSettings> settings,
            OutboxConsumers announcer, Journal journal, PushTrace trace) {
        this.registrations = registrations;
        this.settings = settings;
        this.announcer = announcer;
        this.journal = journal;
        this.trace = trace;
    }

    private static <T> Set<T> bounded() {
        return Collections.newSetFromMap(new LinkedHashMap<T, Boolean>() {
            @Override protected boolean removeEldestEntry(Map.Entry<T, Boolean> eldest) {
                return size() > MOST_REMEMBERED;
            }
        });
    }

    void delivered(Delivery d) {
        if (!(d.stanza() instanceof Message m)) return;
        boolean room = m.type() == Message.Type.GROUPCHAT;
        if (d.direction() == InterceptedStanza.Direction.SENT) {
            if (room && m.to() != null && !m.id().isEmpty() && !registrations.of(d.account()).isEmpty())
                d.account().get(SAID).add(new Said(m.to().bare(), m.id()));
            return;
        }
        if (registrations.of(d.account()).isEmpty() || Urgency.of(m) == Urgency.NONE || isOwn(m, d.account(), room))
            return;
        if (room && m.has(Namespaces.DELAY, "delay")) return; // it was said before somebody came in
        for (var write : writes(d.account(), d.account().sessions(), m, m.log()))
            d.transaction().record(write, () -> announcer.wake(OUTBOX));
    }

    /** Something was said in a room that no device of the account is in. */
    void missed(Account account, Message m, StanzaTransaction transaction) {
        if (Urgency.of(m) == Urgency.NONE || isOwn(m, account, true)) return;
        for (var write : writes(account, account.sessions(), m, 0))
            transaction.record(write, () -> announcer.wake(OUTBOX));
    }

    private static boolean isOwn(Message m, Account account, boolean room) {
        return m.from().bare().equals(account.jid())
                || room && account.get(SAID).contains(new Said(m.from().bare(), m.id()));
    }

    private List<Write> writes(Account account, List<Session> present, Message m, long log) {
        var notice = PendingNotification.of(m, count(account), settings.get().body());
        var all = new ArrayList<Write>();
        for (Service service : registrations.of(account)) {
            if (present.stream().anyMatch(s -> s.isInUse() && PushRegistrations.isOf(s, service)))
                trace.note(account.jid(), "no notification at " + service.wish().service() + ": its device is in use");
            else announcement(account, service, notice,
                    log == 0 ? m.from().bare() + "/" + PendingNotification.nameInRoom(m) : log, log)
                    .ifPresent(all::add);
        }
        return all;
    }

    private Optional<Write> announcement(Account account, Service service, PendingNotification notice, Object message,
            long log) {
        var now = Instant.now();
        if (service.isDisabled(now) || !account.get(TOLD).add(new Told(service.id(), message))) return Optional.empty();
        long entry = log != 0 ? log : LogId.next(0, now, random.nextLong());
        boolean elsewhere =
                !notice.isCall() && account.sessions().stream().anyMatch(s -> s.isInUse() && s.isAvailable());
        if (!registrations.hasRoom(account, service)) {
            trace.note(account.jid(), "no notification at " + service.wish().service() + ": too many wait there");
            return Optional.empty();
        }
        var due = elsewhere ? now.plus(settings.get().grace()) : now;
        trace.note(account.jid(), "notification " + PushServicePublisher.item(entry) + " for "
                + service.wish().service() + (elsewhere ? " in a while, unless another device shows the message" : ""));
        return Optional.of(new Write.Announce(account.existingKey(), OUTBOX, service.id(), entry, notice.write(), due));
    }

    private static int count(Account account) { return Math.max(1, account.log().undelivered()); }

    void happened(SessionEvent event) {
        switch (event) {
            case SessionEvent.Detached(var session) -> leftOver(session);
            case SessionEvent.BeforeEnd(var session) -> leftOver(session);
            case SessionEvent.Bound _, SessionEvent.Available _, SessionEvent.Presented _, SessionEvent.ReadyForMessages _, SessionEvent.Unavailable _, SessionEvent.Closed _ ->
                    {}
        }
    }

    /** What its connection took with it: its device has not seen that. */
    private void leftOver(Session session) {
        var account = session.account();
        var left = session.leftOver();
        if (left.isEmpty() || account.key().isEmpty()) return;
        var writes = new ArrayList<Write>();
        for (Service service : registrations.of(account)) if (PushRegistrations.isOf(session, service))
            for (UnackedStanza kept : left) leftOver(account, service, kept).ifPresent(writes::add);
        if (!writes.isEmpty()) journal.submit(writes, () -> announcer.wake(OUTBOX));
    }

    private Optional<Write> leftOver(Account account, Service service, UnackedStanza kept) {
        return switch (kept) {
            case UnackedStanza.Whole(Message m, var since) -> {
                boolean room = m.type() == Message.Type.GROUPCHAT;
                var urgency = Urgency.of(m);
                boolean late = urgency == Urgency.CALL && since.plus(CALL).isBefore(Instant.now());
                if (urgency == Urgency.NONE || late || isOwn(m, account, room)) yield Optional.empty();
                yield announcement(account, service, PendingNotification.of(m, count(account), settings.get().body()),
                        m.log() == 0 ? m.from().bare() + "/" + PendingNotification.nameInRoom(m) : m.log(), m.log());
            }
            case UnackedStanza.Whole _ -> Optional.empty();
            case UnackedStanza.Logged(var id, _) ->
                    announcement(account, service, PendingNotification.unknown(count(account)), id, id);
        };
    }
}
