package im.martlet.archive;

import im.martlet.extension.Delivery;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.Kernel;
import im.martlet.extension.SessionEvent;
import im.martlet.session.Session;
import im.martlet.session.UnackedStanza;
import im.martlet.stanza.Message;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.log.Outbox;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells consumers, such as push, of messages that no connected session received. The outbox entry is committed together
 * with the message. So a crash loses no entry, but a consumer may get an entry twice. Each consumer has a worker of its
 * own, so a slow consumer does not delay another.
 */
public final class OutboxConsumers implements Extension, AutoCloseable {
    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension
    private final Journal journal;
    private final Outbox outbox;
    private final InstantSource clock;
    private final List<OutboxWorker> workers = new ArrayList<>();

    @Inject OutboxConsumers(Provider<Kernel> kernel, Journal journal, Outbox outbox, InstantSource clock) {
        this.kernel = kernel;
        this.journal = journal;
        this.outbox = outbox;
        this.clock = clock;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.onDelivered(this::delivered), Hook.onSession(event -> {
            if (event instanceof SessionEvent.Detached(var session)) detached(session);
        }));
    }

    private Stream<OutboxWorker> missedMessageWorkers() {
        return workers.stream().filter(OutboxWorker::wantsMissedMessages);
    }

    private void delivered(Delivery delivery) {
        if (workers.isEmpty() || delivery.direction() != InterceptedStanza.Direction.RECEIVED
                || !(delivery.stanza() instanceof Message m) || m.log() == 0)
            return;
        if (delivery.reached().stream().anyMatch(Session::isAttached)) return;
        missedMessageWorkers().forEach(worker -> delivery.transaction()
                .record(announce(worker, delivery.account().existingKey(), m.log()), worker::wake));
    }

    /** Announces the messages that a session did not acknowledge before it lost its connection. */
    private void detached(Session session) {
        var unacked = session.leftOver().stream().map(UnackedStanza::log).filter(log -> log != 0).toList();
        if (!unacked.isEmpty()) missedMessageWorkers().forEach(worker -> journal.submit(
                unacked.stream().map(id -> (Write) announce(worker, session.account().existingKey(), id)).toList(),
                worker::wake));
    }

    private static Write.Announce announce(OutboxWorker worker, AccountKey account, long entry) {
        return new Write.Announce(account, worker.name(), entry, Instant.now());
    }

    /** Makes a consumer read its outbox, because it has a new entry. Any thread; does not block. */
    public void wake(String consumer) {
        workers.stream().filter(worker -> worker.name().equals(consumer)).forEach(OutboxWorker::wake);
    }

    /** Starts the workers. Called once, before the first stanza can arrive. */
    public void start() {
        kernel.get().consumers().forEach(consumer -> workers.add(new OutboxWorker(consumer, outbox, clock)));
        workers.forEach(OutboxWorker::start);
    }

    @Override public void close() { workers.forEach(OutboxWorker::stop); }
}
