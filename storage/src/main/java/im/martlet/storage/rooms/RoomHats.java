package im.martlet.storage.rooms;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Set;

/** The hats in a room, which users wear beside their affiliation (XEP-0317). */
public interface RoomHats {
    /**
     * A hat.
     *
     * @param uri its name in the room, at most 1,023 characters
     * @param title the title for users, at most 1,023 characters
     * @param hue an angle, as the client wrote it; empty for none
     * @param wearers bare addresses
     */
    record Hat(String uri, String title, String hue, Set<Jid> wearers) {
        public Hat {
            wearers = Set.copyOf(wearers);
        }
    }

    /** Returns the hats of a room, in the order of their creation. */
    List<Hat> of(AccountKey room);

    /** Creates a hat, or changes the title and hue of an existing one, which keeps its wearers. */
    void put(AccountKey room, String uri, String title, String hue);

    /** Deletes a hat and takes it from all wearers. */
    void remove(AccountKey room, String uri);

    /** Gives a hat to a user, if the hat exists. */
    void assign(AccountKey room, String uri, Jid wearer);

    /** Takes a hat from a user. */
    void unassign(AccountKey room, String uri, Jid wearer);

    /** Takes all hats from an address, in every room. */
    void forget(Jid wearer);
}
