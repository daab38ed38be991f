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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A room that somebody is in, or that something is happening to at the moment. Of the room's mailbox, but for
 * {@link #present}.
 */
final class LiveRoom {
    private final Room room;
    private final byte[] secret;
    private final RoomHistory history;
    private final Map<Jid, Long> heard = new HashMap<>(); // when something came from a device, in System.nanoTime
    private final PendingRelays relayed = new PendingRelays();
    private final SlowMode pace = new SlowMode();
    private @Nullable AccountKey key;
    private @Nullable AccountLog log;
    private @Nullable List<String> pictures;
    private boolean visited;
    private volatile int present;

    /** @param secret that ids of occupants are made with */
    LiveRoom(Room room, byte[] secret, RoomHistory history) {
        this.room = room;
        this.secret = secret;
        this.history = history;
    }

    Room room() { return room; }

    byte[] secret() { return secret; }

    Jid address() { return room.address(); }

    /** The last that was said. */
    RoomHistory history() { return history; }

    /** Questions of occupants to each other. */
    PendingRelays relayed() { return relayed; }

    /** Who has spoken when, in slow mode. */
    SlowMode pace() { return pace; }

    /** What it owns hangs on this; of a room that is not locked. */
    AccountKey key() {
        return Optional.ofNullable(key).orElseThrow(() -> new IllegalStateException(address() + " is not kept yet"));
    }

    /** Its archive, when it has one. */
    Optional<AccountLog> log() { return Optional.ofNullable(log); }

    /** It is kept from now on. @param log null when there are no archives */
    void keep(AccountKey key, @Nullable AccountLog log) {
        this.key = key;
        this.log = log;
    }

    boolean isKept() { return key != null; }

    /** Hashes of its pictures; empty when nobody has looked yet. */
    Optional<List<String>> pictures() {
        return Optional.ofNullable(pictures);
    }

    void pictures(List<String> hashes) { pictures = hashes; }

    /** By which others in this room know somebody again, and nobody elsewhere does (XEP-0421 §4.1). */
    String occupantId(Jid user) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(user.bare().toString().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Something has come from a device; of those that are not here it is not remembered. */
    void heard(Jid device) {
        if (room.withDevice(device).isPresent()) heard.put(device, System.nanoTime());
    }

    /** Since when nothing has come from a device that is here. */
    long heardAt(Jid device) {
        return heard.computeIfAbsent(device, _ -> System.nanoTime());
    }

    /** How many are in it, for others to read; on the mailbox it is counted anew. */
    void count() {
        present = room.occupants().size();
        visited |= present > 0;
        if (heard.size() > room.devices().size()) heard.keySet().retainAll(room.devices()); // each that is here has been heard when it came
    }

    /** Whether somebody has been in it since it is alive. */
    boolean wasVisited() { return visited; }

    /** How many were in it after the last thing that happened. Any thread. */
    int present() { return present; }
}
