package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.session.Account;
import im.martlet.session.Slots;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.account.Rosters.Item;
import im.martlet.storage.key.AccountKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The roster of one account. It is read once and stays in memory as long as the account is live. Each change goes to
 * the database at once.
 */
public final class Contacts {
    private static final Slots.Key<Contacts> KEY = Slots.Key.empty("im.contacts");

    private final Rosters rosters;
    private final AccountKey account;
    private final Map<Jid, Item> items = new LinkedHashMap<>();
    private long version;

    private Contacts(Rosters rosters, AccountKey account) {
        this.rosters = rosters;
        this.account = account;
        var roster = rosters.of(account);
        roster.items().forEach(item -> items.put(item.contact(), item));
        this.version = roster.version();
    }

    public static Contacts of(Account account, Rosters rosters) {
        return account.get(KEY, () -> new Contacts(rosters, account.existingKey()));
    }

    public Collection<Item> all() { return items.values(); }

    /** Returns the contacts that clients see. */
    List<Item> listed() {
        return items.values().stream().filter(Item::listed).toList();
    }

    /** Returns the item of a contact; the empty item for a stranger. */
    Item get(Jid contact) {
        return Optional.ofNullable(items.get(contact.bare()))
                .orElseGet(() -> SubscriptionStates.stranger(contact.bare()));
    }

    boolean isKnown(Jid contact) { return items.containsKey(contact.bare()); }

    int size() { return items.size(); }

    long version() { return version; }

    Optional<List<Rosters.Change>> since(long version) { return rosters.since(account, version); }

    void put(Item item) {
        version = rosters.put(account, item);
        items.put(item.contact(), item);
    }

    /** Removes all contacts from memory. The caller deletes the account with its stored roster. */
    public void forget() {
        items.clear();
    }

    void remove(Jid contact) {
        rosters.remove(account, contact).ifPresent(v -> version = v);
        items.remove(contact);
    }
}
