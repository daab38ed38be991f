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
 * Tells consumers beyond this server (push, export of events) of messages that no connected device took. What they are
 * told is in the outbox before the message is acknowledged, so a crash loses none of it; they may be told twice. Each
 * consumer has a worker of its own, that a slow one holds up no other.
 */
public final class OutboxConsumers implements Extension, AutoCloseable {
    private final Provider<Kernel> kernel; // which lists this extension too
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

    private Stream<OutboxWorker> ofMissed() { return workers.stream().filter(OutboxWorker::wantsAllThatIsMissed); }

    private void delivered(Delivery delivery) {
        if (workers.isEmpty() || delivery.direction() != InterceptedStanza.Direction.RECEIVED
                || !(delivery.stanza() instanceof Message m) || m.log() == 0)
            return;
        if (delivery.reached().stream().anyMatch(Session::isAttached)) return;
        ofMissed().forEach(worker -> delivery.transaction()
                .record(announce(worker, delivery.account().existingKey(), m.log()), worker::wake));
    }

    /** What its connection took with it. */
    private void detached(Session session) {
        var lost = session.leftOver().stream().map(UnackedStanza::log).filter(log -> log != 0).toList();
        if (!lost.isEmpty()) ofMissed().forEach(worker -> journal.submit(
                lost.stream().map(id -> (Write) announce(worker, session.account().existingKey(), id)).toList(),
                worker::wake));
    }

    private static Write.Announce announce(OutboxWorker worker, AccountKey account, long entry) {
        return new Write.Announce(account, worker.name(), entry, Instant.now());
    }

    /** Has a consumer look into its outbox: something was put in. Any thread; does not block. */
    public void wake(String consumer) {
        workers.stream().filter(worker -> worker.name().equals(consumer)).forEach(OutboxWorker::wake);
    }

    /** Begins to tell; called once, before anything can happen. */
    public void start() {
        kernel.get().consumers().forEach(consumer -> workers.add(new OutboxWorker(consumer, outbox, clock)));
        workers.forEach(OutboxWorker::start);
    }

    @Override public void close() { workers.forEach(OutboxWorker::stop); }
}
