package im.martlet.storage.rooms;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.List;

/** Who belongs to which room, or may not enter it. */
public interface RoomMembers {
    /**
     * Somebody who has something to do with a room for longer than a visit.
     *
     * @param address bare, or a domain
     * @param affiliation owner, admin, member, outcast; or none, for who has no more than a nick or nothing any more
     * @param nick that is theirs in the room; empty when there is none
     * @param reason why they have this affiliation; empty when nobody has said so
     */
    record Affiliated(Jid address, String affiliation, String nick, String reason) {}

    /** Everybody who is known in a room, by address. */
    List<Affiliated> of(AccountKey room);

    /** Sets what is said of some people; who has neither an affiliation nor a nick is forgotten. */
    void put(AccountKey room, List<Affiliated> changed);

    /** Somebody is nobody any more, in every room: whoever has their address next is somebody else. */
    void forget(Jid address);
}
