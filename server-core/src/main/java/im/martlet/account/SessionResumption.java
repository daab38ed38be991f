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

/**
 * Keeps sessions without a connection for a while and resumes them (XEP-0198 §5). On the account's mailbox.
 * {@code docs/DELIVERY.md} shows the states of resumption.
 */
@Singleton
public final class SessionResumption implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionResumption.class);
    /** For so long the server remembers how many stanzas of an ended stream it has handled. */
    private static final Duration REMEMBERED = Duration.ofDays(3);

    private final Kernel kernel;
    private final SessionEnd sessionEnd;
    private final Redelivery redelivery;
    private final ResumableSessions resumables;
    private final ConcurrentHashMap<Session, ScheduledFuture<?>> detached = new ConcurrentHashMap<>(); // with timeouts
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("patience").daemon().factory());

    @Inject SessionResumption(Kernel kernel, SessionEnd sessionEnd, Redelivery redelivery,
            ResumableSessions resumables) {
        this.kernel = kernel;
        this.sessionEnd = sessionEnd;
        this.redelivery = redelivery;
        this.resumables = resumables;
        clock.setRemoveOnCancelPolicy(true);
        clock.scheduleWithFixedDelay(this::forget, 1, 60, TimeUnit.MINUTES);
    }

    private void forget() {
        try {
            resumables.forget(Instant.now().minus(REMEMBERED));
        } catch (StorageException e) {
            LOG.warn("the counts of old streams cannot be deleted now, the server tries again in an hour: {}",
                    e.getMessage());
        }
    }

    /** Keeps a session that has lost its connection. Stanzas for it are kept too. */
    void detach(Session session) {
        session.detach();
        var patience = session.management().map(StreamManagementTerms::patience).orElse(Duration.ZERO);
        detached.put(session, clock.schedule(() -> session.account().tell(Credit.UNLIMITED, () -> giveUp(session)),
                patience.toMillis(), TimeUnit.MILLISECONDS));
        kernel.happened(new SessionEvent.Detached(session));
    }

    private void giveUp(Session session) {
        if (detached.remove(session) != null) sessionEnd.end(session);
    }

    /**
     * Resumes a session on another connection.
     *
     * @param link the connection that asks
     * @param answer called once, on any thread
     */
    void resume(Account account, Step.Resume request, Link link, Consumer<Resumption> answer) {
        var found = account.sessions().stream().filter(
                s -> s.management().filter(m -> m.isResumable() && m.id().equals(request.previous())).isPresent())
                .findFirst();
        if (found.isEmpty()) gone(account, request.previous(), answer);
        else if (!found.get().acknowledge(request.handled())) answer.accept(new Resumption.TooHigh(found.get().sent()));
        else moveOver(found.get(), link, answer);
    }

    /**
     * Answers that the session has ended, with the count of handled stanzas. Writes of the session may still be under
     * way. So this waits for them: a client sends again all stanzas that the count does not cover.
     */
    private void gone(Account account, String previous, Consumer<Resumption> answer) {
        try {
            account.key().ifPresentOrElse(
                    key -> account.log()
                            .whenAllIsWritten(() -> Thread.ofVirtual().name("handled")
                                    .start(() -> answer.accept(handled(key, previous)))),
                    () -> answer.accept(new Resumption.Gone(OptionalLong.empty())));
        } catch (StorageException e) {
            LOG.warn("the count of handled stanzas cannot be read now for {}: {}", account, e.getMessage());
            answer.accept(new Resumption.Unknown());
        }
    }

    /** Reads the count; not on the mailbox. */
    private Resumption handled(AccountKey account, String previous) {
        try {
            var handled = resumables.handled(account, previous);
            return new Resumption.Gone(
                    handled.isEmpty() ? handled : OptionalLong.of(AckWindow.modulo(handled.getAsLong())));
        } catch (StorageException e) {
            LOG.warn("the count of handled stanzas of an ended stream cannot be read now: {}", e.getMessage());
            return new Resumption.Unknown();
        }
    }

    /**
     * Moves a session to another connection. The server reads nothing more from the old connection. The new one
     * continues when all stanzas from the old one are committed.
     */
    private void moveOver(Session session, Link link, Consumer<Resumption> answer) {
        var old = session.link();
        if (session.isAttached())
            old.end(StreamError.Condition.CONFLICT.because("the session was resumed over another connection"));
        cancel(session);
        session.detach();
        session.moveTo(link);
        session.receipts().whenSafe(handled -> session.account().tell(Credit.UNLIMITED, () -> {
            // the session has ended, or a third connection has resumed it
            if (session.link() != link || !session.account().sessions().contains(session)) {
                answer.accept(new Resumption.Gone(OptionalLong.empty()));
                return;
            }
            answer.accept(new Resumption.Resumed(session, AckWindow.modulo(handled)));
            session.attach();
            try {
                session.resume(redelivery.delayPolicy(session));
            } catch (RuntimeException e) { // the session only loses this connection
                LOG.warn("the stanzas that wait for {} cannot be sent now, its connection ends: {}", session,
                        e.getMessage());
                link.end(StreamError.Condition.INTERNAL_SERVER_ERROR.plain());
            }
        }));
    }

    private void cancel(Session session) {
        var timeout = detached.remove(session);
        if (timeout != null) timeout.cancel(false);
    }

    /** Ends all sessions that have no connection, because the server stops. */
    public void giveUpAll() {
        for (Session session : detached.keySet()) session.account().tell(Credit.UNLIMITED, () -> giveUp(session));
    }

    @Override public void close() { clock.shutdownNow(); }
}
