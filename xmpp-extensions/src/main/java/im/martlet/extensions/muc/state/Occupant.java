package im.martlet.extensions.muc.state;

import im.martlet.address.Jid;
import im.martlet.stanza.Presence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Somebody in a room, with one nick and one or more devices. */
public final class Occupant {
    private final Jid user;
    private final String id;
    private Jid address;
    private Role role;
    private final Map<Jid, Presence> devices = new LinkedHashMap<>(2); // with what each has last shown, the newest last
    private @Nullable SharedPresence look;

    /**
     * @param user bare
     * @param address in the room, which has the nick
     * @param id by which others know them again (XEP-0421)
     */
    Occupant(Jid user, Jid address, Role role, String id) {
        this.user = user;
        this.address = address;
        this.role = role;
        this.id = id;
    }

    /** Who they are: the bare address. */
    public Jid user() { return user; }

    /** By which others know them again (XEP-0421). */
    public String id() { return id; }

    /** Their address in the room. */
    public Jid address() { return address; }

    public String nick() { return address.resource(); }

    public Role role() { return role; }

    public void role(Role role) {
        this.role = role;
        look = null;
    }

    /** The full addresses they are here with; at least one while they are here. */
    public List<Jid> devices() {
        return List.copyOf(devices.keySet());
    }

    /** The device that last showed itself, and how. */
    public Presence shown() {
        return ((LinkedHashMap<Jid, Presence>) devices).lastEntry().getValue();
    }

    /** What a device has last shown. */
    public Optional<Presence> shown(Jid device) {
        return Optional.ofNullable(devices.get(device));
    }

    /** How they look; empty when something has changed since that was last said. */
    public Optional<SharedPresence> look() {
        return Optional.ofNullable(look);
    }

    public void look(SharedPresence look) { this.look = look; }

    /** Something that others see has changed. */
    public void changed() { look = null; }

    void show(Jid device, Presence presence) {
        devices.remove(device);
        devices.put(device, presence);
        look = null;
    }

    /** Answers whether it was the last. */
    boolean leave(Jid device) {
        devices.remove(device);
        look = null;
        return devices.isEmpty();
    }

    void rename(Jid address) {
        this.address = address;
        look = null;
    }
}
