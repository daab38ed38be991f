package im.martlet.extensions.muc.state;

import im.martlet.address.Jid;
import im.martlet.stanza.Presence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A user in a room, with one nickname and one or more devices. */
public final class Occupant {
    private final Jid user;
    private final String id;
    private Jid address;
    private Role role;
    private final LinkedHashMap<Jid, Presence> devices = new LinkedHashMap<>(2); // last presence of each, newest last
    private @Nullable SharedPresence sharedPresence;

    /**
     * @param user a bare address
     * @param address the address in the room, with the nickname
     * @param id the occupant id, by which others recognize the user (XEP-0421)
     */
    Occupant(Jid user, Jid address, Role role, String id) {
        this.user = user;
        this.address = address;
        this.role = role;
        this.id = id;
    }

    /** Returns the user's real bare address. */
    public Jid user() { return user; }

    /** Returns the occupant id (XEP-0421). */
    public String id() { return id; }

    /** Returns the address in the room. */
    public Jid address() { return address; }

    public String nick() { return address.resource(); }

    public Role role() { return role; }

    public void role(Role role) {
        this.role = role;
        presenceChanged();
    }

    /** Returns the full addresses of the devices in the room; at least one while the occupant is in the room. */
    public List<Jid> devices() {
        return List.copyOf(devices.keySet());
    }

    /** Returns the newest presence, from the device that sent presence last. */
    public Presence shown() {
        return devices.lastEntry().getValue();
    }

    /** Returns the presence that others see; empty when it has to be made anew. */
    public Optional<SharedPresence> sharedPresence() {
        return Optional.ofNullable(sharedPresence);
    }

    public void sharedPresence(SharedPresence presence) { sharedPresence = presence; }

    /** Notes that the presence that others see has changed. */
    public void presenceChanged() { sharedPresence = null; }

    void show(Jid device, Presence presence) {
        devices.remove(device);
        devices.put(device, presence);
        presenceChanged();
    }

    /** Removes a device. @return whether it was the last one */
    boolean leave(Jid device) {
        devices.remove(device);
        presenceChanged();
        return devices.isEmpty();
    }

    void rename(Jid address) {
        this.address = address;
        presenceChanged();
    }
}
