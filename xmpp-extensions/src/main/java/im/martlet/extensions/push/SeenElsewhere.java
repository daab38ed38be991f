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

/** Whether somebody has seen a message before its notification went out. Any thread that may block. */
final class SeenElsewhere {
    private static final int LOOKED_AT = 50; // messages that came after it
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
     * Why a notification is no longer wanted: the device itself is in use, or the user has read the chat, or answered
     * in it, elsewhere.
     */
    Optional<String> why(Service service, PendingNotification notice, long entry) {
        var answered = notice.from().filter(_ -> notice.inRoom().isEmpty()).filter(from -> isAnswered(service,
                new Archive.Selection(Optional.of(from.bare()), entry, Long.MAX_VALUE, Set.of())));
        if (answered.isPresent()) return Optional.of("it was answered, or displayed");
        var why = new CompletableFuture<Optional<String>>();
        directory.tell(service.owner(), Credit.UNLIMITED, account -> {
            try {
                why.complete(why(account, service, notice, entry));
            } catch (RuntimeException e) {
                why.completeExceptionally(e);
            }
        });
        try {
            return why.get(PATIENCE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty(); // better twice than never
        }
    }

    private boolean isAnswered(Service service, Archive.Selection later) {
        return archive.page(service.account(), later, LOOKED_AT, false).stream()
                .anyMatch(e -> !e.incoming() && Urgency.showsPresence(StoredStanza.read(e.stanza())));
    }

    private Optional<String> why(Account account, Service service, PendingNotification notice, long entry) {
        if (account.sessions().stream().anyMatch(s -> s.isInUse() && PushRegistrations.isOf(s, service)))
            return Optional.of("its device is in use");
        var through = notice.from().flatMap(from -> displayed.through(account, from.bare()));
        boolean read =
                through.filter(id -> notice.inRoom().map(id::equals).orElseGet(() -> reaches(id, entry))).isPresent();
        return read ? Optional.of("it was displayed") : Optional.empty();
    }

    private static boolean reaches(String id, long entry) {
        try {
            return StanzaIds.parse(id) >= entry;
        } catch (NumberFormatException e) {
            return false; // no id of ours
        }
    }
}
