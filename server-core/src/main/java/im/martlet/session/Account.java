package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.storage.AccountKey;
import im.martlet.storage.Accounts;
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
    private final Mailbox mailbox;
    private @Nullable AccountKey key;
    private volatile List<Session> sessions = List.of(); // written on the mailbox, read by anyone

    Account(Jid jid, Accounts accounts, Runnable whenIdle) {
        this.jid = jid;
        this.accounts = accounts;
        this.mailbox = new Mailbox(jid.toString(), whenIdle);
    }

    /** The bare JID. */
    public Jid jid() { return jid; }

    /** Where its data hangs; empty when there is no such account. May ask the database. */
    public Optional<AccountKey> key() {
        if (key == null) key = accounts.find(jid).map(Accounts.Account::key).orElse(null);
        return Optional.ofNullable(key);
    }

    /** The key of an account that is known to exist, as every account with a session does. */
    public AccountKey existingKey() { return key().orElseThrow(() -> new IllegalStateException(jid + " does not exist")); }

    /** Does something on the account's mailbox. Only for who holds one of its sessions; others ask the {@link Directory}. */
    public void tell(Credit credit, Runnable work) { mailbox.tell(credit, work); }

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

    boolean isIdle() { return sessions.isEmpty() && mailbox.waiting() == 0; }

    @Override public String toString() { return jid.toString(); }
}
