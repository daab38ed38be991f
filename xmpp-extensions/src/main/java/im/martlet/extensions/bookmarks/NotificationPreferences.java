package im.martlet.extensions.bookmarks;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.Pep;
import im.martlet.session.Account;
import im.martlet.spec.Xep;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.Optional;

/**
 * Reads from an account's bookmark of a room which of its messages the account wants notifications of (XEP-0492). Used
 * on the account's mailbox. May read from the database.
 */
@Xep(number = 492, title = "Chat Notification Settings", version = "0.2.0",
        note = "stored in every form of bookmarks; they decide which messages of a room cause push "
                + "notifications")
public final class NotificationPreferences {
    static final String NS = "urn:xmpp:notification-settings:1";

    /** The messages that lead to a notification, from none to all. */
    public enum Preference {
        NEVER, ON_MENTION, ALWAYS
    }

    private final Provider<Pep> pep;

    @Inject NotificationPreferences(Provider<Pep> pep) { this.pep = pep; }

    /**
     * Returns the preference for the account's phones. The default of §3 is all messages of a private room, and
     * messages that mention the account in other rooms.
     */
    public Preference of(Account account, Jid room, boolean isPrivate) {
        return pep.get().item(account, BookmarkForms.NATIVE, room.toString()).flatMap(NotificationPreferences::read)
                .orElse(isPrivate ? Preference.ALWAYS : Preference.ON_MENTION);
    }

    /** Returns the setting that is most specific to phones (§3). */
    static Optional<Preference> read(Element bookmark) {
        var notify = bookmark.child("extensions").flatMap(e -> e.child(NS, "notify"));
        return notify.flatMap(
                n -> setting(n, "client", "phone").or(() -> setting(n, "client", "")).or(() -> setting(n, "", "")));
    }

    private static Optional<Preference> setting(Element notify, String category, String type) {
        return notify.children().stream()
                .filter(e -> e.attribute("identity-category").orElse("").equals(category)
                        && e.attribute("identity-type").orElse("").equals(type))
                .flatMap(e -> preference(e.name()).stream()).findFirst();
    }

    private static Optional<Preference> preference(String name) {
        return switch (name) {
            case "never" -> Optional.of(Preference.NEVER);
            case "on-mention" -> Optional.of(Preference.ON_MENTION);
            case "always" -> Optional.of(Preference.ALWAYS);
            default -> Optional.empty();
        };
    }
}
