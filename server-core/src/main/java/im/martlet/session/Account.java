package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An account that something is happening to: somebody is logged in, or a stanza has come for it. It lives as long as it
 * has sessions or work. Owned by its mailbox.
 */
public final class Account extends Slots {
    private final Jid jid;
    private final Accounts accounts;
    private final AccountLogs logs;
    private final Runnable whenIdle;
    private final Mailbox mailbox;
    private @Nullable AccountKey key;
    private volatile @Nullable AccountLog log; // set on the mailbox
    private volatile List<Session> sessions = List.of(); // written on the mailbox, read by anyone

    Account(Jid jid, Accounts accounts, AccountLogs logs, Runnable whenIdle) {
        this.jid = jid;
        this.accounts = accounts;
        this.logs = logs;
        this.whenIdle = whenIdle;
        this.mailbox = new Mailbox(jid.toString(), whenIdle);
    }

    /** The bare JID. */
    public Jid jid() { return jid; }

    /** Where its data hangs; empty when there is no such account. May ask the database. */
    public Optional<AccountKey> key() {
        if (key == null) key = accounts.find(jid).map(Accounts.Account::key).orElse(null);
        return Optional.ofNullable(key);
    }

    /** Whether somebody may log in; asks the database. */
    public boolean isEnabled() {
        var found = accounts.find(jid);
        key = found.map(Accounts.Account::key).orElse(null);
        return found.filter(Accounts.Account::enabled).isPresent();
    }

    /** The account was deleted: nothing that is known of it holds for another of the same name. On the mailbox. */
    public void forget() {
        key = null;
        log = null;
        clear();
    }

    /** The key of an account that is known to exist, as every account with a session does. */
    public AccountKey existingKey() {
        return key().orElseThrow(() -> new IllegalStateException(jid + " does not exist"));
    }

    /** What it sent and received; of an account that exists. May ask the database. */
    public AccountLog log() {
        var open = log;
        if (open == null) log = open = new AccountLog(existingKey(), logs, whenIdle);
        return open;
    }

    /** Keeps the receipts of a session of this account. @param whenLost see {@link AckTracker} */
    AckTracker receipts(Runnable whenLost) {
        return new AckTracker(logs.commits(), existingKey(), whenLost);
    }

    /** Work that waits. Any thread. */
    public int waiting() { return mailbox.waiting(); }

    /**
     * Does something on the account's mailbox. Only for who holds one of its sessions; others ask the
     * {@link AccountDirectory}.
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

    /** Takes a session away; false when it was not there, because another has its resource now. */
    public boolean remove(Session session) {
        int before = sessions.size();
        sessions = sessions.stream().filter(s -> s != session).toList();
        return sessions.size() < before;
    }

    /** Nobody is here, nothing is to be done, and everything is written: a log that is opened anew finds all of it. */
    boolean isIdle() {
        var open = log;
        return sessions.isEmpty() && mailbox.waiting() == 0 && (open == null || open.isWritten());
    }

    @Override public String toString() { return jid.toString(); }
}
