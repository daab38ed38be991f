package im.martlet.account;

import im.martlet.extension.Kernel;
import im.martlet.extension.SessionEvent;
import im.martlet.im.Redelivery;
import im.martlet.negotiation.SessionPort.Resumption;
import im.martlet.negotiation.Step;
import im.martlet.session.Account;
import im.martlet.session.AckWindow;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.session.StreamManagementTerms;
import im.martlet.stanza.StreamError;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.ResumableSessions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions without a connection: they wait for one, for a while (XEP-0198 §5). On the account's mailbox. */
@Singleton
public final class SessionResumption implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionResumption.class);
    /** How long it is known of a stream how many of its stanzas were handled. */
    private static final Duration REMEMBERED = Duration.ofDays(3);

    private final Kernel kernel;
    private final SessionEnd endings;
    private final Redelivery late;
    private final ResumableSessions resumables;
    private final ConcurrentHashMap<Session, ScheduledFuture<?>> detached = new ConcurrentHashMap<>(); // and when each is given up
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("patience").daemon().factory());

    @Inject SessionResumption(Kernel kernel, SessionEnd endings, Redelivery late, ResumableSessions resumables) {
        this.kernel = kernel;
        this.endings = endings;
        this.late = late;
        this.resumables = resumables;
        clock.setRemoveOnCancelPolicy(true);
        clock.scheduleWithFixedDelay(this::forget, 1, 60, TimeUnit.MINUTES);
    }

    private void forget() {
        try {
            resumables.forget(Instant.now().minus(REMEMBERED));
        } catch (StorageException e) {
            LOG.warn("old streams cannot be forgotten now: {}", e.getMessage());
        }
    }

    /** The connection is lost: the session stays, and keeps what comes for it. */
    void detach(Session session) {
        session.detach();
        var patience = session.management().map(StreamManagementTerms::patience).orElse(Duration.ZERO);
        detached.put(session, clock.schedule(() -> session.account().tell(Credit.UNLIMITED, () -> giveUp(session)),
                patience.toMillis(), TimeUnit.MILLISECONDS));
        kernel.happened(new SessionEvent.Detached(session));
    }

    private void giveUp(Session session) {
        if (detached.remove(session) != null) endings.end(session);
    }

    void resume(Account account, Step.Resume request, Link link, Consumer<Resumption> answer) {
        var found = account.sessions().stream().filter(
                s -> s.management().filter(m -> m.isResumable() && m.id().equals(request.previous())).isPresent())
                .findFirst();
        if (found.isEmpty()) gone(account, request.previous(), answer);
        else if (!found.get().acknowledge(request.handled())) answer.accept(new Resumption.TooHigh(found.get().sent()));
        else moveOver(found.get(), link, answer);
    }

    /**
     * What the session had under way when it ended may still be on its way to the database: a client that is told of a
     * count before that sends it again.
     */
    private void gone(Account account, String previous, Consumer<Resumption> answer) {
        try {
            account.key().ifPresentOrElse(
                    key -> account.log()
                            .whenAllIsWritten(() -> Thread.ofVirtual().name("handled")
                                    .start(() -> answer.accept(handled(key, previous)))),
                    () -> answer.accept(new Resumption.Gone(OptionalLong.empty())));
        } catch (StorageException e) {
            LOG.warn("it cannot be looked up now what was handled for {}: {}", account, e.getMessage());
            answer.accept(new Resumption.Unknown());
        }
    }

    /** Beside the mailbox. */
    private Resumption handled(AccountKey account, String previous) {
        try {
            var handled = resumables.handled(account, previous);
            return new Resumption.Gone(
                    handled.isEmpty() ? handled : OptionalLong.of(AckWindow.modulo(handled.getAsLong())));
        } catch (StorageException e) {
            LOG.warn("it cannot be looked up now what was handled for a stream: {}", e.getMessage());
            return new Resumption.Unknown();
        }
    }

    /**
     * From now on nothing is heard from the old connection; the new one goes on when everything that was heard is safe.
     */
    private void moveOver(Session session, Link link, Consumer<Resumption> answer) {
        var old = session.link();
        if (session.isAttached())
            old.end(StreamError.Condition.CONFLICT.because("the session goes on over another connection"));
        cancel(session);
        session.detach();
        session.moveTo(link);
        session.receipts().whenSafe(handled -> session.account().tell(Credit.UNLIMITED, () -> {
            if (session.link() != link || !session.account().sessions().contains(session)) {
                answer.accept(new Resumption.Gone(OptionalLong.empty())); // yet another connection has it, or nobody any more
                return;
            }
            answer.accept(new Resumption.Resumed(session, AckWindow.modulo(handled)));
            session.attach();
            try {
                session.resume(late.to(session));
            } catch (RuntimeException e) { // it loses this connection, and nothing else
                LOG.warn("{} cannot be sent now what waits for it: {}", session, e.getMessage());
                link.end(StreamError.Condition.INTERNAL_SERVER_ERROR.plain());
            }
        }));
    }

    private void cancel(Session session) {
        var patience = detached.remove(session);
        if (patience != null) patience.cancel(false);
    }

    /** Gives up all sessions that have no connection: the server stops. */
    public void giveUpAll() {
        for (Session session : detached.keySet()) session.account().tell(Credit.UNLIMITED, () -> giveUp(session));
    }

    @Override public void close() { clock.shutdownNow(); }
}
