package im.martlet.storage;

import im.martlet.address.Jid;
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
    record Room(AccountKey key, Jid address, Jid creator, byte[] secret, Settings settings, String subject, Instant created) {}

    /**
     * How a room is configured.
     *
     * @param persistent whether it stays when everybody has left
     * @param listed whether everybody may find it
     * @param name for people; may be empty
     * @param rest all of its configuration, as the room's service wrote it
     */
    record Settings(boolean persistent, boolean listed, String name, String rest) {}

    /**
     * Somebody who has something to do with a room for longer than a visit.
     *
     * @param address bare, or a domain
     * @param affiliation owner, admin, member, outcast; or none, for who has no more than a nick or nothing any more
     * @param nick that is theirs in the room; empty when there is none
     * @param reason why they have this affiliation; empty when nobody has said so
     */
    record Affiliated(Jid address, String affiliation, String nick, String reason) {}

    /** Which rooms are asked for. */
    enum Which { ALL, LISTED, TEMPORARY }

    Optional<Room> find(Jid address);

    /** Makes a room; empty when there is one of this address already. The draft's key and time do not matter. */
    Optional<Room> create(Room draft, List<Affiliated> affiliated);

    void configure(AccountKey room, Settings settings);

    void setSubject(AccountKey room, String subject);

    /** Sets what is said of some people; who has neither an affiliation nor a nick is forgotten. */
    void affiliate(AccountKey room, List<Affiliated> changed);

    List<Affiliated> affiliated(AccountKey room);

    /**
     * Rooms of a domain in the order of their names, beginning after the localpart {@code after} (empty: from the start).
     */
    List<Room> list(String domain, Which which, String after, int limit);

    /** Rooms that somebody has made, and that are still there. */
    int madeBy(Jid creator);
}
