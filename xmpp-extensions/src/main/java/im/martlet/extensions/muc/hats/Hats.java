package im.martlet.extensions.muc.hats;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.rooms.RoomHats;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The hats of a room, and the users that wear them (XEP-0317). Owned by the room's mailbox. */
final class Hats {
    /**
     * A hat.
     *
     * @param uri the identifier of the hat in its room
     * @param title the name of the hat for people
     * @param hue an angle on the colour circle (XEP-0392); empty for none
     */
    record Hat(String uri, String title, String hue) {}

    private final Map<String, Hat> hats = new LinkedHashMap<>(); // by URI
    private final Map<String, Set<Jid>> wearers = new LinkedHashMap<>();

    /** Reads the hats of a stored room. May block. */
    static Hats load(RoomHats store, AccountKey room) {
        var hats = new Hats();
        for (var stored : store.of(room)) {
            hats.put(new Hat(stored.uri(), stored.title(), stored.hue()));
            stored.wearers().forEach(wearer -> hats.assign(stored.uri(), wearer));
        }
        return hats;
    }

    Collection<Hat> all() { return Collections.unmodifiableCollection(hats.values()); }

    Optional<Hat> find(String uri) { return Optional.ofNullable(hats.get(uri)); }

    /** Returns the bare addresses of the users that wear a hat. */
    Set<Jid> wearers(String uri) {
        return Collections.unmodifiableSet(wearers.getOrDefault(uri, Set.of()));
    }

    /** Returns the hats of a user. @param user a bare address */
    List<Hat> of(Jid user) {
        return wearers.isEmpty() ? List.of()
                : hats.values().stream().filter(hat -> wearers(hat.uri).contains(user)).toList();
    }

    /** Adds a hat, or replaces the hat with the same URI. */
    void put(Hat hat) { hats.put(hat.uri, hat); }

    /** Removes a hat. @return the users that wore it */
    Set<Jid> remove(String uri) {
        hats.remove(uri);
        var removed = wearers.remove(uri);
        return removed == null ? Set.of() : removed;
    }

    /** Gives an existing hat to a user. */
    void assign(String uri, Jid user) {
        wearers.computeIfAbsent(uri, _ -> new HashSet<>()).add(user);
    }

    /** Takes a hat from a user. @return whether the user wore it */
    boolean unassign(String uri, Jid user) {
        var users = wearers.get(uri);
        return users != null && users.remove(user);
    }

    /** Takes all hats from a user. */
    void forget(Jid user) {
        wearers.values().forEach(users -> users.remove(user));
    }

    /** Returns the number of assignments: a hat with two wearers counts twice. */
    int assignments() {
        return wearers.values().stream().mapToInt(Set::size).sum();
    }
}
