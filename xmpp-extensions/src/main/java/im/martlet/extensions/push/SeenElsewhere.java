package im.martlet.extensions.push;

import im.martlet.extensions.displayed.DisplayedSync;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.stanza.Urgency;
import im.martlet.storage.log.Archive;
import im.martlet.storage.push.PushServices.Service;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds out whether the user has seen a message before its notification goes out. Any thread that may block. */
final class SeenElsewhere {
    private static final int MOST_SEARCHED = 50; // later messages in the archive
    private static final int PATIENCE = 10; // seconds

    private final AccountDirectory directory;
    private final Archive archive;
    private final DisplayedSync displayed;

    @Inject SeenElsewhere(AccountDirectory directory, Archive archive, DisplayedSync displayed) {
        this.directory = directory;
        this.archive = archive;
        this.displayed = displayed;
    }

    /**
     * Returns the reason why a notification is no longer needed: the device itself is in use, or the user has read the
     * chat on another device or answered there. Empty if there is none.
     */
    Optional<String> reason(Service service, PendingNotification pending, long entry) {
        var answered = pending.from().filter(_ -> pending.inRoom().isEmpty()).filter(from -> isAnswered(service,
                new Archive.Selection(Optional.of(from.bare()), entry, Long.MAX_VALUE, Set.of())));
        if (answered.isPresent()) return Optional.of("the user answered or displayed the message");
        var reason = new CompletableFuture<Optional<String>>();
        directory.tell(service.owner(), Credit.UNLIMITED, account -> {
            try {
                reason.complete(reason(account, service, pending, entry));
            } catch (RuntimeException e) {
                reason.completeExceptionally(e);
            }
        });
        try {
            return reason.get(PATIENCE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty(); // an unneeded notification is better than a missing one
        }
    }

    private boolean isAnswered(Service service, Archive.Selection later) {
        return archive.page(service.account(), later, MOST_SEARCHED, false).stream()
                .anyMatch(e -> !e.incoming() && Urgency.showsPresence(StoredStanza.read(e.stanza())));
    }

    private Optional<String> reason(Account account, Service service, PendingNotification pending, long entry) {
        if (account.sessions().stream().anyMatch(s -> s.isInUse() && PushRegistrations.isOf(s, service)))
            return Optional.of("the device is connected and in use");
        var displayedId = pending.from().flatMap(from -> displayed.lastRead(account, from.bare()));
        boolean isDisplayed = displayedId
                .filter(id -> pending.inRoom().map(id::equals).orElseGet(() -> isAtOrAfter(id, entry))).isPresent();
        return isDisplayed ? Optional.of("the user displayed the message on another device") : Optional.empty();
    }

    private static boolean isAtOrAfter(String id, long entry) {
        try {
            return StanzaIds.parse(id) >= entry;
        } catch (NumberFormatException e) {
            return false; // this server did not assign the id
        }
    }
}
