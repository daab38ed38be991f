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
 * Requests for a service that need long reading: it is done beside the service's mailbox, one after the other for each
 * asker. A local session gets no more than it takes, as with {@link SlowRequests} of its own account.
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

    /** The session that asks, if it is one of ours. Any thread. */
    public Optional<Session> asker(Iq.Request request) {
        return directory.session(request.from());
    }

    /** Reads, sooner or later, and sends what was read. On the service's mailbox; returns at once. */
    public void read(Iq.Request request, Supplier<List<Stanza>> reading, StanzaTransaction transaction) {
        asker(request).ifPresentOrElse(
                session -> session.account().tell(transaction,
                        () -> ErrorReplies.handle(request,
                                () -> SlowRequests.begin(session, request, () -> reading, transaction), session::send)),
                () -> mailboxes.tell(request.from(), transaction.sender(),
                        () -> SlowRequests.read(request, reading).forEach(router::route)));
    }
}
