package im.martlet.extensions.bookmarks;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.Pep;
import im.martlet.session.Account;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.Optional;

/**
 * Which messages of a room somebody wants to be told of, as their bookmark of it says (XEP-0492). On the account's
 * mailbox; may ask the database.
 */
public final class NotificationPreferences {
    static final String NS = "urn:xmpp:notification-settings:1";

    /** From the least to the most. */
    public enum Which { NEVER, ON_MENTION, ALWAYS }

    private final Provider<Pep> pep;

    @Inject NotificationPreferences(Provider<Pep> pep) { this.pep = pep; }

    /**
     * What a phone's owner wants; when they have said nothing, what §3 assumes: all of private group chats, and of
     * others what mentions them.
     */
    public Which of(Account account, Jid room, boolean isPrivate) {
        return pep.get().item(account, BookmarkForms.NATIVE, room.toString()).flatMap(NotificationPreferences::read)
                .orElse(isPrivate ? Which.ALWAYS : Which.ON_MENTION);
    }

    /** §3: the most specific to phones. */
    static Optional<Which> read(Element bookmark) {
        var notify = bookmark.child("extensions").flatMap(e -> e.child(NS, "notify"));
        return notify.flatMap(
                n -> setting(n, "client", "phone").or(() -> setting(n, "client", "")).or(() -> setting(n, "", "")));
    }

    private static Optional<Which> setting(Element notify, String category, String type) {
        return notify.children().stream()
                .filter(e -> e.attribute("identity-category").orElse("").equals(category)
                        && e.attribute("identity-type").orElse("").equals(type))
                .flatMap(e -> which(e.name()).stream()).findFirst();
    }

    private static Optional<Which> which(String name) {
        return switch (name) {
            case "never" -> Optional.of(Which.NEVER);
            case "on-mention" -> Optional.of(Which.ON_MENTION);
            case "always" -> Optional.of(Which.ALWAYS);
            default -> Optional.empty();
        };
    }
}
