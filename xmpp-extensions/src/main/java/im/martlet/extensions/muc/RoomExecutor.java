package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extension.AdminException;
import im.martlet.session.JournalCommits;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaReceipt;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/** Lets an admin's thread have something done on a room's mailbox, and waits for it. */
final class RoomExecutor {
    private final LiveRooms rooms;
    private final Mailboxes mailboxes;
    private final JournalCommits commits;

    @Inject RoomExecutor(LiveRooms rooms, Mailboxes mailboxes, JournalCommits commits) {
        this.rooms = rooms;
        this.mailboxes = mailboxes;
        this.commits = commits;
    }

    /** Does something with a room, which must be there. */
    <T> T with(Jid address, BiFunction<LiveRoom, StanzaTransaction, T> work) {
        return on(address, (found, transaction) -> work
                .apply(found.orElseThrow(() -> new AdminException("there is no room " + address)), transaction));
    }

    /** Does something about a room, whether it is there or not. */
    <T> T on(Jid address, BiFunction<Optional<LiveRoom>, StanzaTransaction, T> work) {
        var done = new CompletableFuture<T>();
        StanzaTransaction transaction = StanzaReceipt.ofServer(commits);
        mailboxes.tell(address, transaction, () -> {
            try {
                done.complete(work.apply(rooms.find(address), transaction));
            } catch (RuntimeException e) { // it is for whoever waits
                done.completeExceptionally(e);
            } finally {
                rooms.alive(address).ifPresent(rooms::settle);
            }
        });
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StanzaException refused)
                throw new AdminException(String.valueOf(refused.getMessage()));
            if (e.getCause() instanceof RuntimeException failed) throw failed;
            throw e;
        }
    }
}
