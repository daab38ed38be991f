package im.martlet.storage.rooms;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Set;

/** What people are in a room beside their affiliation (XEP-0317). */
public interface RoomHats {
    /**
     * Something that people may be.
     *
     * @param uri its name in the room, at most 1,023 letters
     * @param title for people, at most 1,023 letters
     * @param hue an angle, as it was written; empty for none
     * @param wearers bare addresses
     */
    record Hat(String uri, String title, String hue, Set<Jid> wearers) {
        public Hat {
            wearers = Set.copyOf(wearers);
        }
    }

    /** The hats of a room, in the order they were made. */
    List<Hat> of(AccountKey room);

    /** Makes a hat, or gives one another title and hue; who wears it, wears it still. */
    void put(AccountKey room, String uri, String title, String hue);

    /** Takes a hat from everybody, and away. */
    void remove(AccountKey room, String uri);

    /** Puts a hat on somebody, if there is such a hat. */
    void assign(AccountKey room, String uri, Jid wearer);

    /** Takes a hat from somebody. */
    void unassign(AccountKey room, String uri, Jid wearer);

    /** Somebody is nobody any more, in every room. */
    void forget(Jid wearer);
}
