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

/** Runs work of an admin's thread on a room's mailbox, and waits for the result. */
final class RoomExecutor {
    private final LiveRooms rooms;
    private final Mailboxes mailboxes;
    private final JournalCommits commits;

    @Inject RoomExecutor(LiveRooms rooms, Mailboxes mailboxes, JournalCommits commits) {
        this.rooms = rooms;
        this.mailboxes = mailboxes;
        this.commits = commits;
    }

    /** Runs work with a room that must exist. */
    <T> T withRoom(Jid address, BiFunction<LiveRoom, StanzaTransaction, T> work) {
        return on(address, (found, transaction) -> work.apply(found.orElseThrow(
                () -> new AdminException("there is no room " + address)), transaction));
    }

    /** Runs work with a room, or with empty if the room does not exist. */
    <T> T on(Jid address, BiFunction<Optional<LiveRoom>, StanzaTransaction, T> work) {
        var result = new CompletableFuture<T>();
        StanzaTransaction transaction = StanzaReceipt.ofServer(commits);
        mailboxes.tell(address, transaction, () -> {
            try {
                result.complete(work.apply(rooms.find(address), transaction));
            } catch (RuntimeException e) { // the admin's thread gets it
                result.completeExceptionally(e);
            } finally {
                rooms.findLive(address).ifPresent(rooms::settle);
            }
        });
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StanzaException refused)
                throw new AdminException(String.valueOf(refused.getMessage()));
            if (e.getCause() instanceof RuntimeException failed) throw failed;
            throw e;
        }
    }
}
