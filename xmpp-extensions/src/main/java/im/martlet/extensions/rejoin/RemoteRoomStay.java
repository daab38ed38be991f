package im.martlet.extensions.rejoin;

import im.martlet.address.Jid;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A client's stay in a room of a remote server, as far as this server knows it. Pure. */
final class RemoteRoomStay {
    private static final Duration CALM = Duration.ofMinutes(10); // without a removal, after which the count begins anew
    private static final int MOST_REMOVALS = 3;
    private static final int MOST = 5000; // occupants that are remembered; the server never reports the others as gone

    enum State {
        /** The client asked to join the room. */
        JOINING,
        /** The room said that the client is an occupant. */
        JOINED,
        /** This server asked the room whether the client is still an occupant. */
        PINGED,
        /** This server asked to join the room again for the client. */
        REJOINING
    }

    private Jid as;
    private Optional<String> password;
    private State state = State.JOINING;
    private final Set<String> others = new HashSet<>(); // nicknames
    private final Set<String> missing = new HashSet<>(); // nicknames seen before the rejoin, but not since
    private Instant lastMessage;
    private String pingId = "";
    private int removals;
    private Instant lastRemoval = Instant.EPOCH;

    /** @param as the address in the room: the room with the nickname */
    RemoteRoomStay(Jid as, Optional<String> password, Instant now) {
        this.as = as;
        this.password = password;
        this.lastMessage = now;
    }

    Jid as() { return as; }

    Optional<String> password() { return password; }

    State state() { return state; }

    /** Returns the time of the last message in the room. */
    Instant lastMessage() { return lastMessage; }

    /** Notes a message in the room. */
    void message(Instant now) { lastMessage = now; }

    /** Notes that the client itself asks to join, perhaps with another nickname. */
    void joining(Jid as, Optional<String> password) {
        this.as = as;
        this.password = password;
        state = State.JOINING;
        missing.clear();
    }

    /** Notes that this server pinged the room. @param id the id of the ping */
    void pinged(String id) {
        state = State.PINGED;
        pingId = id;
    }

    /** Returns whether an id is that of the latest ping. */
    boolean isPing(String id) {
        return !pingId.isEmpty() && pingId.equals(id);
    }

    /** Notes that the client is an occupant, as far as this server knows. */
    void confirmed() { state = State.JOINED; }

    /** Notes that the client is no longer an occupant and that this server joins again for it. */
    void rejoining() {
        state = State.REJOINING;
        missing.addAll(others);
        others.clear();
    }

    /**
     * Notes that the room removed the client because of a technical problem. Returns whether this server should rejoin:
     * not after too many removals in a short time.
     */
    boolean mayRejoin(Instant now) {
        removals = lastRemoval.plus(CALM).isBefore(now) ? 1 : removals + 1;
        lastRemoval = now;
        return removals <= MOST_REMOVALS;
    }

    /** Notes another occupant of the room. */
    void occupantSeen(String nick) {
        if (others.size() < MOST) others.add(nick);
        missing.remove(nick);
    }

    /** Notes that another occupant left, and that the client was told so. */
    void occupantLeft(String nick) {
        others.remove(nick);
        missing.remove(nick);
    }

    /**
     * Notes that the client is an occupant now.
     *
     * @return nicknames of occupants that left while the client was out
     */
    List<String> joined(Jid as) {
        this.as = as;
        state = State.JOINED;
        var gone = missing.stream().filter(nick -> !nick.equals(as.resource())).sorted().toList();
        missing.clear();
        return gone;
    }
}
