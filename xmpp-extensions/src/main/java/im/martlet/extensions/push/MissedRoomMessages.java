package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.extensions.bookmarks.NotificationPreferences;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import jakarta.inject.Inject;
import java.util.function.Supplier;

/**
 * Wakes the devices of accounts for what is said in rooms of this server that they belong to, and that none of their
 * devices is in.
 */
public final class MissedRoomMessages {
    /**
     * Something that was said.
     *
     * @param message as occupants have got it, without a recipient
     * @param mentioned whether it means the account
     * @param isPrivate whether only members may enter the room
     */
    public record Missed(Message message, boolean mentioned, boolean isPrivate) {}

    private final AccountDirectory directory;
    private final PushRegistrations registrations;
    private final NotificationPolicy watcher;
    private final NotificationPreferences wanted;
    private final Supplier<PushSettings> settings;

    @Inject MissedRoomMessages(AccountDirectory directory, PushRegistrations registrations, NotificationPolicy watcher,
            NotificationPreferences wanted, Supplier<PushSettings> settings) {
        this.directory = directory;
        this.registrations = registrations;
        this.watcher = watcher;
        this.wanted = wanted;
        this.settings = settings;
    }

    /**
     * Has an account's devices notified, if there are any that want to be; it is in the outbox when the transaction is
     * acknowledged. Any thread.
     *
     * @param account bare, of this server
     */
    public void missed(Jid account, Missed missed, StanzaTransaction transaction) {
        if (settings.get().enabled() && registrations.mayHave(account))
            directory.tell(account, transaction, there -> missed(there, missed, transaction));
    }

    private void missed(Account account, Missed missed, StanzaTransaction transaction) {
        if (account.key().isEmpty()) return;
        if (registrations.of(account).isEmpty()) {
            registrations.noneFor(account.jid());
            return;
        }
        boolean wants = switch (wanted.of(account, missed.message.from().bare(), missed.isPrivate)) {
            case ALWAYS -> true;
            case ON_MENTION -> missed.mentioned;
            case NEVER -> false;
        };
        if (wants) watcher.missed(account, missed.message, transaction);
    }
}
