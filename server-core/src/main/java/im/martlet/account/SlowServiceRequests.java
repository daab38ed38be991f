package im.martlet.account;

import im.martlet.routing.ErrorReplies;
import im.martlet.routing.Router;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Mailboxes;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers requests to a service that read for long. The requests of one sender run one after the other. Those of a
 * local session run as in {@link SlowRequests}, so no more answers wait for it than it reads.
 */
public final class SlowServiceRequests {
    private final AccountDirectory directory;
    private final Mailboxes mailboxes;
    private final Router router;

    @Inject SlowServiceRequests(AccountDirectory directory, Mailboxes mailboxes, Router router) {
        this.directory = directory;
        this.mailboxes = mailboxes;
        this.router = router;
    }

    /** Returns the session that sent a request; empty for a remote sender. Any thread. */
    public Optional<Session> asker(Iq.Request request) {
        return directory.session(request.from());
    }

    /** Reads and sends the answer, when it is the request's turn. On the service's mailbox; returns at once. */
    public void read(Iq.Request request, Supplier<List<Stanza>> reader, StanzaTransaction transaction) {
        asker(request).ifPresentOrElse(
                session -> session.account().tell(transaction,
                        () -> ErrorReplies.handle(request,
                                () -> SlowRequests.begin(session, request, () -> reader, transaction), session::send)),
                () -> mailboxes.tell(request.from(), transaction.sender(),
                        () -> SlowRequests.read(request, reader).forEach(router::route)));
    }
}
