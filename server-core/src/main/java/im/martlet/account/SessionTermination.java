package im.martlet.account;

import im.martlet.address.Jid;
import im.martlet.extension.Kernel;
import im.martlet.negotiation.UnboundStreams;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.stanza.StreamError;
import im.martlet.storage.account.LoginTokens.Client;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.function.Predicate;

/**
 * Ends all sessions of an account for good, attached or detached, and also logins that have not bound a resource yet.
 * The reason is a new password, a disabled or deleted account, or a command of an admin.
 */
public final class SessionTermination {
    private final AccountDirectory directory;
    private final UnboundStreams unbound;
    // providers, because the kernel needs extensions that need this class
    private final Provider<SessionEnd> sessionEnd;
    private final Provider<Kernel> kernel;

    @Inject SessionTermination(AccountDirectory directory, UnboundStreams unbound, Provider<SessionEnd> sessionEnd,
            Provider<Kernel> kernel) {
        this.kernel = kernel;
        this.directory = directory;
        this.unbound = unbound;
        this.sessionEnd = sessionEnd;
    }

    /**
     * Ends all sessions and logins of an account, also a session that is bound at this moment. Any thread; returns at
     * once.
     */
    public void expel(Jid account, StreamError error) {
        unbound.endUnbound(account, error);
        directory.tell(account, Credit.UNLIMITED, live -> expel(live, error));
    }

    /**
     * Ends the sessions and logins of some clients of an account, also a session that is bound at this moment. Any
     * thread; returns at once.
     */
    public void expel(Jid account, Predicate<Client> clients, StreamError error) {
        unbound.endUnbound(account, clients, error);
        directory.tell(account, Credit.UNLIMITED, live -> {
            unbound.endUnbound(account, clients, error);
            live.sessions().stream().filter(session -> clients.test(session.link().details().client()))
                    .forEach(session -> end(session, error));
        });
    }

    /**
     * Ends all sessions and logins on a host that the server serves no longer, also sessions that are bound at this
     * moment. No client can log in to that host any more. Any thread; returns at once.
     */
    public void expelAll(String host) {
        var gone = StreamError.Condition.HOST_GONE.plain(); // RFC 6120 §4.9.3.5
        unbound.endUnbound(host, gone);
        directory.live().map(Account::jid).filter(account -> account.domain().equals(host))
                .forEach(account -> expel(account, gone));
    }

    /** Ends all sessions and logins of an account. On its mailbox. */
    public void expel(Account account, StreamError error) {
        unbound.endUnbound(account.jid(), error);
        account.sessions().forEach(session -> end(session, error));
    }

    /** Ends the sessions of a deleted account, and tells the extensions of the deletion. On the account's mailbox. */
    public void expelDeleted(Account account) {
        expel(account, StreamError.Condition.NOT_AUTHORIZED.because("the account was deleted"));
        kernel.get().deleted(account.jid());
    }

    /** Ends one session. Any thread; returns at once. */
    public void expel(Session session, StreamError error) {
        session.account().tell(Credit.UNLIMITED, () -> end(session, error));
    }

    private void end(Session session, StreamError error) {
        session.link().end(error);
        sessionEnd.get().end(session);
    }
}
