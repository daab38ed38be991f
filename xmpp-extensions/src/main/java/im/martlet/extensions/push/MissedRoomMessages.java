package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.extensions.bookmarks.NotificationPreferences;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import jakarta.inject.Inject;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifies the devices of a room's members of its messages while none of the member's devices is in the room. */
public final class MissedRoomMessages {
    private static final Logger LOG = LoggerFactory.getLogger(MissedRoomMessages.class);

    /**
     * A message of a room of this server.
     *
     * @param message the message as occupants got it, without a recipient
     * @param mentioned whether it mentions the account
     * @param isPrivate whether only members may enter the room
     */
    public record Missed(Message message, boolean mentioned, boolean isPrivate) {}

    private final AccountDirectory directory;
    private final PushRegistrations registrations;
    private final NotificationPolicy policy;
    private final NotificationPreferences preferences;
    private final Supplier<PushSettings> settings;

    @Inject MissedRoomMessages(AccountDirectory directory, PushRegistrations registrations, NotificationPolicy policy,
            NotificationPreferences preferences, Supplier<PushSettings> settings) {
        this.directory = directory;
        this.registrations = registrations;
        this.policy = policy;
        this.preferences = preferences;
        this.settings = settings;
    }

    /**
     * Notifies an account's devices if the account wants it. The notification is in the outbox when the transaction is
     * acknowledged. Any thread.
     *
     * @param account a bare address of this server
     */
    public void missed(Jid account, Missed missed, StanzaTransaction transaction) {
        if (!settings.get().enabled())
            Decision.NOT_PUSHED.log(LOG, "push is off ('enabled' in [push])", account, missed.message);
        else if (!registrations.mayHave(account)) logNoService(account, missed);
        else directory.tell(account, transaction, live -> missed(live, missed, transaction));
    }

    private static void logNoService(Jid account, Missed missed) {
        Decision.NOT_PUSHED.log(LOG, "the account has enabled no push service", account, missed.message);
    }

    private void missed(Account account, Missed missed, StanzaTransaction transaction) {
        if (account.key().isEmpty())
            Decision.NOT_PUSHED.log(LOG, "the account does not exist any more", account.jid(), missed.message);
        else if (registrations.of(account).isEmpty()) {
            registrations.noneFor(account.jid());
            logNoService(account.jid(), missed);
        } else if (isWanted(account, missed)) policy.missed(account, missed.message, transaction);
    }

    private boolean isWanted(Account account, Missed missed) {
        return switch (preferences.of(account, missed.message.from().bare(), missed.isPrivate)) {
            case ALWAYS -> true;
            case ON_MENTION -> {
                if (!missed.mentioned) Decision.NOT_PUSHED.log(LOG,
                        "the account wants notifications of this room only on mention, and is not mentioned",
                        account.jid(), missed.message);
                yield missed.mentioned;
            }
            case NEVER -> {
                Decision.NOT_PUSHED.log(LOG, "the account's bookmark turns notifications of this room off",
                        account.jid(), missed.message);
                yield false;
            }
        };
    }
}
