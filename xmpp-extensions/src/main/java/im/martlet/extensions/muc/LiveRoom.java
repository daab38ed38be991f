package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomHistory;
import im.martlet.extensions.muc.state.SlowMode;
import im.martlet.session.AccountLog;
import im.martlet.storage.key.AccountKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A room in memory: it has occupants, or something is happening to it at the moment. Owned by the room's mailbox,
 * except {@link #occupantCount}.
 */
public final class LiveRoom {
    private final Room room;
    private final byte[] secret;
    private final RoomHistory history;
    private final Map<Jid, Long> lastActivity = new HashMap<>(); // of devices, in System.nanoTime
    private final PendingRelays pendingRelays = new PendingRelays();
    private final SlowMode slowMode = new SlowMode();
    private @Nullable AccountKey key;
    private @Nullable AccountLog log;
    private boolean visited;
    private volatile int occupantCount;

    /** @param secret the key that makes occupant ids */
    LiveRoom(Room room, byte[] secret, RoomHistory history) {
        this.room = room;
        this.secret = secret;
        this.history = history;
    }

    public Room room() { return room; }

    byte[] secret() { return secret; }

    public Jid address() { return room.address(); }

    /** Returns the last messages. */
    public RoomHistory history() { return history; }

    /** Returns the requests, private messages and invitations that still await an answer. */
    PendingRelays pendingRelays() {
        return pendingRelays;
    }

    SlowMode slowMode() { return slowMode; }

    /** Returns the key of the room in the database. A locked room has none. */
    public AccountKey key() {
        return Optional.ofNullable(key).orElseThrow(() -> new IllegalStateException(address() + " is not stored yet"));
    }

    /** Returns the log that holds the room's archive; empty when this server keeps no archives. */
    public Optional<AccountLog> log() {
        return Optional.ofNullable(log);
    }

    /** Notes that the room is in the database. @param log null when this server keeps no archives */
    void stored(AccountKey key, @Nullable AccountLog log) {
        this.key = key;
        this.log = log;
    }

    /** Returns whether the room is in the database. */
    public boolean isStored() { return key != null; }

    /** Returns the id by which occupants recognize a user in this room, and in no other room (XEP-0421 §4.1). */
    public String occupantId(Jid user) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(user.bare().toString().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Notes that a device sent something. Devices outside the room are ignored. */
    void noteActivity(Jid device) {
        if (room.withDevice(device).isPresent()) lastActivity.put(device, System.nanoTime());
    }

    /** Returns when a device in the room last sent something, in {@link System#nanoTime}. */
    long lastActivity(Jid device) {
        return lastActivity.computeIfAbsent(device, _ -> System.nanoTime());
    }

    /** Counts the occupants for other threads. On the mailbox, after each stanza. */
    void countOccupants() {
        occupantCount = room.occupants().size();
        visited |= occupantCount > 0;
        // every device in the room has an entry, so a larger map has entries of devices that left
        if (lastActivity.size() > room.devices().size()) lastActivity.keySet().retainAll(room.devices());
    }

    /** Returns whether the room has had an occupant since it is live. */
    boolean wasVisited() { return visited; }

    /** Returns the number of occupants after the last stanza. Any thread. */
    int occupantCount() {
        return occupantCount;
    }
}
