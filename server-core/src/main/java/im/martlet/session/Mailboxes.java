package im.martlet.session;

import im.martlet.address.Jid;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds the mailboxes of addresses that are no accounts: services and rooms. A mailbox exists only while it has work,
 * so that invented addresses cost no memory. Any thread.
 */
@Singleton
public final class Mailboxes {
    private final ConcurrentHashMap<Jid, Mailbox> busy = new ConcurrentHashMap<>();

    /** Runs work on the mailbox of an address, after all earlier work. Returns at once. */
    public void tell(Jid owner, Credit credit, Runnable work) {
        // inside compute(), so that no mailbox is removed while it has work
        busy.compute(owner, (jid, existing) -> {
            var mailbox = existing != null ? existing : new Mailbox(jid.toString(), () -> removeIfIdle(jid));
            mailbox.tell(credit, work);
            return mailbox;
        });
    }

    /** Returns the number of tasks in all mailboxes. */
    public int waiting() {
        return busy.values().stream().mapToInt(Mailbox::waiting).sum();
    }

    private void removeIfIdle(Jid owner) {
        busy.computeIfPresent(owner, (_, mailbox) -> mailbox.waiting() == 0 ? null : mailbox);
    }
}
