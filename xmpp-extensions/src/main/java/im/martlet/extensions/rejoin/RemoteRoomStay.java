package im.martlet.extensions.rejoin;

import im.martlet.address.Jid;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A device's stay in a room of another server, as far as it is known here. Pure. */
final class RemoteRoomStay {
    private static final Duration CALM = Duration.ofMinutes(10);
    private static final int MOST_LOSSES = 3;
    private static final int MOST = 5000; // occupants that are remembered; of more, nobody is said to be gone

    enum State {
        /** The device has asked to enter. */
        ENTERING,
        /** The room has said that it is there. */
        IN,
        /** The room is being asked whether it still is. */
        ASKED,
        /** It is being brought in again. */
        ENTERING_AGAIN
    }

    private Jid as;
    private Optional<String> password;
    private State state = State.ENTERING;
    private final Set<String> others = new HashSet<>(); // nicknames
    private final Set<String> missing = new HashSet<>(); // who was there before, and has not been seen since
    private Instant heard;
    private String question = "";
    private int losses;
    private Instant lost = Instant.EPOCH;

    /** @param as the room, with the nickname */
    RemoteRoomStay(Jid as, Optional<String> password, Instant now) {
        this.as = as;
        this.password = password;
        this.heard = now;
    }

    Jid as() { return as; }

    Optional<String> password() { return password; }

    State state() { return state; }

    /** When something was last said there. */
    Instant heard() { return heard; }

    /** Something was said. */
    void hears(Instant now) { heard = now; }

    /** The device asks to enter by itself, perhaps under another nickname. */
    void enters(Jid as, Optional<String> password) {
        this.as = as;
        this.password = password;
        state = State.ENTERING;
        missing.clear();
    }

    /** It is asked whether the device is still there. @param question its id */
    void asks(String question) {
        state = State.ASKED;
        this.question = question;
    }

    /** Whether an id is that of the question that is open. */
    boolean isAsked(String id) {
        return !question.isEmpty() && question.equals(id);
    }

    /** It is as it was; as far as one can know. */
    void stays() { state = State.IN; }

    /** It is not there any more, and is brought in again. */
    void entersAgain() {
        state = State.ENTERING_AGAIN;
        missing.addAll(others);
        others.clear();
    }

    /**
     * The room has put the device out for a technical problem; answers whether it is worth to go in again, and not the
     * same over and over.
     */
    boolean mayReturn(Instant now) {
        losses = lost.plus(CALM).isBefore(now) ? 1 : losses + 1;
        lost = now;
        return losses <= MOST_LOSSES;
    }

    /** Somebody else is there. */
    void sees(String nick) {
        if (others.size() < MOST) others.add(nick);
        missing.remove(nick);
    }

    /** Somebody else has gone. */
    void missesNobody(String nick) {
        others.remove(nick);
        missing.remove(nick);
    }

    /** The room says that the device is there. @return who has gone meanwhile, and the device has not heard of it */
    List<String> isIn(Jid as) {
        this.as = as;
        state = State.IN;
        var gone = missing.stream().filter(nick -> !nick.equals(as.resource())).sorted().toList();
        missing.clear();
        return gone;
    }
}
