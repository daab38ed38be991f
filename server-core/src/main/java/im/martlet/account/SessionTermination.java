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
 * Ends what an account has open, and for good: sessions, whether they have a connection or wait for one, and logins
 * that have not bound a resource yet. The password was changed, the account is disabled or deleted, or an admin wants
 * it so.
 */
public final class SessionTermination {
    private final AccountDirectory directory;
    private final UnboundStreams connections;
    private final Provider<SessionEnd> endings; // which need the kernel, which lists extensions that expel
    private final Provider<Kernel> kernel;

    @Inject SessionTermination(AccountDirectory directory, UnboundStreams connections, Provider<SessionEnd> endings,
            Provider<Kernel> kernel) {
        this.kernel = kernel;
        this.directory = directory;
        this.connections = connections;
        this.endings = endings;
    }

    /** Ends everything, behind whoever is binding a resource at the moment. Any thread; returns at once. */
    public void expel(Jid account, StreamError why) {
        connections.endUnbound(account, why);
        directory.tell(account, Credit.UNLIMITED, live -> expel(live, why));
    }

    /**
     * Ends everything that some of an account's clients have open, behind whichever of them is binding a resource at
     * the moment. Any thread; returns at once.
     */
    public void expel(Jid account, Predicate<Client> which, StreamError why) {
        connections.endUnbound(account, which, why);
        directory.tell(account, Credit.UNLIMITED, live -> {
            connections.endUnbound(account, which, why);
            live.sessions().stream().filter(session -> which.test(session.link().details().client()))
                    .forEach(session -> end(session, why));
        });
    }

    /**
     * Ends everything on a host that is served no longer, and that nobody can log in to any more: who is binding a
     * resource at the moment is ended behind that. Any thread; returns at once.
     */
    public void expelAll(String host) {
        var gone = StreamError.Condition.HOST_GONE.plain(); // RFC 6120 §4.9.3.5
        connections.endUnbound(host, gone);
        directory.live().map(Account::jid).filter(account -> account.domain().equals(host))
                .forEach(account -> expel(account, gone));
    }

    /** On the account's mailbox. */
    public void expel(Account account, StreamError why) {
        connections.endUnbound(account.jid(), why);
        account.sessions().forEach(session -> end(session, why));
    }

    /** The account is deleted: its sessions end, and who knows it elsewhere hears of it. On the account's mailbox. */
    public void expelDeleted(Account account) {
        expel(account, StreamError.Condition.NOT_AUTHORIZED.because("the account was deleted"));
        kernel.get().deleted(account.jid());
    }

    /** Ends one session. Any thread; returns at once. */
    public void expel(Session session, StreamError why) {
        session.account().tell(Credit.UNLIMITED, () -> end(session, why));
    }

    private void end(Session session, StreamError why) {
        session.link().end(why);
        endings.get().end(session);
    }
}
