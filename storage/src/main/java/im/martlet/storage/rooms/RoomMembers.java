package im.martlet.storage.rooms;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.List;

/** The affiliations and reserved nicks of users with rooms. */
public interface RoomMembers {
    /**
     * A user with a stored relation to a room.
     *
     * @param address the bare address, or a domain
     * @param affiliation owner, admin, member or outcast; or none, for an address with only a nick or nothing any more
     * @param nick the reserved nick in the room; empty if there is none
     * @param reason the reason for the affiliation; empty if there is none
     */
    record Affiliated(Jid address, String affiliation, String nick, String reason) {}

    /** Returns all stored users of a room, ordered by address. */
    List<Affiliated> of(AccountKey room);

    /** Stores some users; deletes those with neither an affiliation nor a nick. */
    void put(AccountKey room, List<Affiliated> changed);

    /** Deletes an address from every room, because another user may have it next. */
    void forget(Jid address);
}
