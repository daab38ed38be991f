package im.martlet.storage.rooms;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Rooms that outlive their occupants, or that have any (XEP-0045). A room is deleted like an account, by its key. */
public interface Rooms {
    /**
     * A room as it is kept.
     *
     * @param address of the room, bare
     * @param creator bare address of who made it
     * @param secret that ids of its occupants are made with
     * @param settings how it is configured
     * @param subject what was last said about its subject, as the room's service wrote it; empty when nothing was
     */
    record Room(AccountKey key, Jid address, Jid creator, byte[] secret, Settings settings, String subject,
            Instant created) {}

    /**
     * How a room is configured.
     *
     * @param persistent whether it stays when everybody has left
     * @param listed whether everybody may find it
     * @param name for people; may be empty
     * @param rest all of its configuration, as the room's service wrote it
     */
    record Settings(boolean persistent, boolean listed, String name, String rest) {}

    /** Which rooms are asked for. */
    enum Which { ALL, LISTED, TEMPORARY }

    Optional<Room> find(Jid address);

    /** Makes a room; empty when there is one of this address already. The draft's key and time do not matter. */
    Optional<Room> create(Room draft, List<RoomMembers.Affiliated> people);

    void configure(AccountKey room, Settings settings);

    void setSubject(AccountKey room, String subject);

    /**
     * Rooms of a domain in the order of their names, beginning after the localpart {@code after} (empty: from the
     * start).
     */
    List<Room> list(String domain, Which which, String after, int limit);

    /** Rooms that somebody has made, and that are still there. */
    int madeBy(Jid creator);
}
