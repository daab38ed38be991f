package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A live account: it has sessions, or work in its mailbox. It is removed from memory when it has neither and everything
 * is committed. Its mailbox owns it.
 */
public final class Account extends Slots {
    private final Jid jid;
    private final Accounts accounts;
    private final AccountLogs logs;
    private final Runnable whenIdle;
    private final Mailbox mailbox;
    private @Nullable AccountKey key;
    private volatile @Nullable AccountLog log; // set on the mailbox
    private volatile List<Session> sessions = List.of(); // written on the mailbox, read by any thread

    Account(Jid jid, Accounts accounts, AccountLogs logs, Runnable whenIdle) {
        this.jid = jid;
        this.accounts = accounts;
        this.logs = logs;
        this.whenIdle = whenIdle;
        this.mailbox = new Mailbox(jid.toString(), whenIdle);
    }

    /** Returns the bare JID. */
    public Jid jid() { return jid; }

    /** Returns the key of the account's data; empty if the account does not exist. May read the database. */
    public Optional<AccountKey> key() {
        if (key == null) key = accounts.find(jid).map(Accounts.Account::key).orElse(null);
        return Optional.ofNullable(key);
    }

    /** Returns true if the account exists and is enabled, so that a client may log in. Reads the database. */
    public boolean isEnabled() {
        var found = accounts.find(jid);
        key = found.map(Accounts.Account::key).orElse(null);
        return found.filter(Accounts.Account::enabled).isPresent();
    }

    /**
     * Forgets all state of an account that was deleted, because a new account may get the same name. On the mailbox.
     */
    public void forget() {
        key = null;
        log = null;
        clear();
    }

    /** Returns the key of an account that must exist, such as an account with a session. */
    public AccountKey existingKey() {
        return key().orElseThrow(() -> new IllegalStateException(jid + " does not exist"));
    }

    /** Returns the account log. The account must exist. May read the database. */
    public AccountLog log() {
        var open = log;
        if (open == null) log = open = new AccountLog(existingKey(), logs, whenIdle);
        return open;
    }

    /** Creates the tracker for a session of this account. @param whenLost see {@link AckTracker} */
    AckTracker receipts(Runnable whenLost) {
        return new AckTracker(logs.commits(), existingKey(), whenLost);
    }

    /** Returns the number of tasks in the mailbox. Any thread. */
    public int waiting() { return mailbox.waiting(); }

    /**
     * Runs work on the account's mailbox. Only a caller that holds a session of the account may use this; others use
     * the {@link AccountDirectory}.
     */
    public void tell(Credit credit, Runnable work) {
        mailbox.tell(credit, work);
    }

    public List<Session> sessions() { return sessions; }

    public List<Session> availableSessions() { return sessions.stream().filter(Session::isAvailable).toList(); }

    public Optional<Session> session(Jid full) {
        for (Session s : sessions) if (s.jid().equals(full)) return Optional.of(s);
        return Optional.empty();
    }

    public void add(Session session) { sessions = Stream.concat(sessions.stream(), Stream.of(session)).toList(); }

    /** Removes a session. Returns false if it was removed before. */
    public boolean remove(Session session) {
        int before = sessions.size();
        sessions = sessions.stream().filter(s -> s != session).toList();
        return sessions.size() < before;
    }

    /**
     * Returns true if the account has no sessions and no work and its log is committed. Then a log that is opened anew
     * finds all entries.
     */
    boolean isIdle() {
        var open = log;
        return sessions.isEmpty() && mailbox.waiting() == 0 && (open == null || open.isWritten());
    }

    @Override public String toString() { return jid.toString(); }
}
