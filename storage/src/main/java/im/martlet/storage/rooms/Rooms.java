package im.martlet.storage.rooms;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** All rooms, persistent or temporary (XEP-0045). A room is deleted like an account, by its key. */
public interface Rooms {
    /**
     * A stored room.
     *
     * @param address the bare address of the room
     * @param creator the bare address of the creator
     * @param secret the secret that makes the ids of occupants
     * @param settings the configuration
     * @param subject the last subject message, in the format of the room's service; empty if there was none
     */
    record Room(AccountKey key, Jid address, Jid creator, byte[] secret, Settings settings, String subject,
            Instant created) {}

    /**
     * The configuration of a room.
     *
     * @param persistent whether the room stays when all occupants have left
     * @param listed whether every user may find the room
     * @param name the name for users; may be empty
     * @param rest the whole configuration, in the format of the room's service
     */
    record Settings(boolean persistent, boolean listed, String name, String rest) {}

    /** Selects rooms. */
    enum Which { ALL, LISTED, TEMPORARY }

    Optional<Room> find(Jid address);

    /** Creates a room; returns empty when the address is in use. The draft's key and time are ignored. */
    Optional<Room> create(Room draft, List<RoomMembers.Affiliated> people);

    void configure(AccountKey room, Settings settings);

    void setSubject(AccountKey room, String subject);

    /**
     * Returns rooms of a domain in the order of their names, beginning after the localpart {@code after} (empty: from
     * the start).
     */
    List<Room> list(String domain, Which which, String after, int limit);

    /** Returns the number of existing rooms that a user has created. */
    int countCreatedBy(Jid creator);
}
