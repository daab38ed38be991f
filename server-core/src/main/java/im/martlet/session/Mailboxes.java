package im.martlet.session;

import im.martlet.address.Jid;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Mailboxes of addresses that are no accounts: services, rooms. One lives only as long as it has work, so that
 * addresses that somebody invents cost nothing. Any thread.
 */
@Singleton
public final class Mailboxes {
    private final ConcurrentHashMap<Jid, Mailbox> busy = new ConcurrentHashMap<>();

    /** Does something on an address's mailbox, after all that it was told before. Returns at once. */
    public void tell(Jid owner, Credit credit, Runnable work) {
        // telling inside compute() keeps a mailbox from being let go with work in it
        busy.compute(owner, (jid, known) -> {
            var mailbox = known != null ? known : new Mailbox(jid.toString(), () -> letGo(jid));
            mailbox.tell(credit, work);
            return mailbox;
        });
    }

    /** Work that waits in all of them. */
    public int waiting() {
        return busy.values().stream().mapToInt(Mailbox::waiting).sum();
    }

    private void letGo(Jid owner) {
        busy.computeIfPresent(owner, (_, mailbox) -> mailbox.waiting() == 0 ? null : mailbox);
    }
}
