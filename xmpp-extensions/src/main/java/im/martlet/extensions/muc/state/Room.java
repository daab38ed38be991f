package im.martlet.extensions.muc.state;

import im.martlet.address.Jid;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A room: its configuration, its affiliations and its occupants. Owned by the room's mailbox. */
public final class Room {
    private final Jid address;
    private final Jid creator;
    private final Predicate<Jid> serviceAdmin;
    private RoomConfig config;
    private boolean locked;
    private @Nullable Message subject;
    private final Map<Jid, Affiliate> affiliates = new LinkedHashMap<>();
    private final Map<String, Jid> reservedNicks = new HashMap<>();
    private final Map<String, Occupant> occupants = new LinkedHashMap<>(); // by nickname
    private final Map<Jid, Occupant> devices = new HashMap<>();
    private final Map<Class<?>, Object> states = new HashMap<>(); // of features
    private @Nullable List<Jid> absentMembers; // null when it has to be computed anew

    /**
     * @param creator a bare address
     * @param serviceAdmin tells whether a bare address is an owner of every room
     */
    public Room(Jid address, Jid creator, RoomConfig config, Predicate<Jid> serviceAdmin) {
        this.address = address;
        this.creator = creator;
        this.config = config;
        this.serviceAdmin = serviceAdmin;
    }

    /** Returns the bare address of the room. */
    public Jid address() { return address; }

    public Jid creator() { return creator; }

    public RoomConfig config() { return config; }

    /** Sets the configuration. The presence of occupants may change with it. */
    public void config(RoomConfig next) {
        config = next;
        occupants.values().forEach(Occupant::presenceChanged);
    }

    /** Returns whether the room awaits its first configuration (XEP-0045 §10.1.1). */
    public boolean isLocked() {
        return locked;
    }

    public void locked(boolean locked) { this.locked = locked; }

    /** Returns the last subject message, without a recipient; empty when no subject was ever set. */
    public Optional<Message> subject() {
        return Optional.ofNullable(subject);
    }

    public void subject(Message subject) { this.subject = subject; }

    // ---- state of features

    /** Returns the state that a feature of rooms keeps in this room. */
    public <T> T state(Class<T> type) {
        return type.cast(Optional.ofNullable(states.get(type)).orElseThrow(
                () -> new IllegalStateException("no feature of rooms declares a slot for state of " + type)));
    }

    public <T> void state(Class<T> type, T state) { states.put(type, state); }

    // ---- affiliations

    /** Returns the affiliation of an address: its own, or that of its domain (§9.2). */
    public Affiliation affiliation(Jid user) {
        if (serviceAdmin.test(user.bare())) return Affiliation.OWNER;
        var own = affiliates.get(user.bare());
        if (own != null) return own.affiliation();
        var ofDomain = affiliates.get(user.host());
        return ofDomain == null ? Affiliation.NONE : ofDomain.affiliation();
    }

    /** Returns the entry of exactly this address, which is bare or a domain. */
    public Affiliate affiliate(Jid address) {
        return affiliates.getOrDefault(address, Affiliate.NOBODY);
    }

    public Map<Jid, Affiliate> affiliates() { return Collections.unmodifiableMap(affiliates); }

    public void affiliate(Jid address, Affiliate as) {
        absentMembers = null;
        var before = affiliate(address);
        if (!before.nick().isEmpty()) reservedNicks.remove(before.nick());
        if (as.affiliation() == Affiliation.NONE && as.nick().isEmpty()) affiliates.remove(address);
        else affiliates.put(address, as);
        if (!as.nick().isEmpty()) reservedNicks.put(as.nick(), address);
    }

    /** Returns the address that a nickname is reserved for. */
    public Optional<Jid> reservation(String nick) {
        return Optional.ofNullable(reservedNicks.get(nick));
    }

    /** Returns the addresses with an affiliation. */
    public List<Jid> withAffiliation(Affiliation affiliation) {
        return affiliates.entrySet().stream().filter(a -> a.getValue().affiliation() == affiliation)
                .map(Map.Entry::getKey).toList();
    }

    public long owners() {
        return affiliates.values().stream().filter(a -> a.affiliation() == Affiliation.OWNER).count();
    }

    /** Returns the members, admins and owners that are not in the room. Entries for whole domains do not count. */
    public List<Jid> absentMembers() {
        if (absentMembers == null) {
            var present = occupants.values().stream().map(Occupant::user).collect(Collectors.toSet());
            absentMembers =
                    affiliates.entrySet().stream().filter(a -> a.getValue().affiliation().isAtLeast(Affiliation.MEMBER)
                            && a.getKey().hasLocal() && !present.contains(a.getKey())).map(Map.Entry::getKey).toList();
        }
        return absentMembers;
    }

    // ---- occupants

    public Collection<Occupant> occupants() { return Collections.unmodifiableCollection(occupants.values()); }

    public boolean isEmpty() { return occupants.isEmpty(); }

    public Optional<Occupant> occupant(String nick) { return Optional.ofNullable(occupants.get(nick)); }

    /** Returns the occupant that uses this device. */
    public Optional<Occupant> withDevice(Jid full) {
        return Optional.ofNullable(devices.get(full));
    }

    /** Returns the occupants with this bare address, or of this domain. */
    public List<Occupant> of(Jid user) {
        return user.hasLocal() ? occupants.values().stream().filter(o -> o.user().equals(user)).toList()
                : occupants.values().stream().filter(o -> o.user().host().equals(user)).toList();
    }

    /** Returns the nickname of the occupant with this device, or with another device of the same user. */
    public Optional<String> nick(Jid device) {
        return withDevice(device).map(Occupant::nick)
                .or(() -> of(device.bare()).stream().map(Occupant::nick).findFirst());
    }

    /**
     * Returns the role of this device, or else the highest role of the same user. Admins and owners are moderators even
     * when they are not in the room.
     */
    public Role role(Jid device) {
        if (affiliation(device).isAtLeast(Affiliation.ADMIN)) return Role.MODERATOR;
        return withDevice(device).map(List::of).orElseGet(() -> of(device.bare())).stream()
                .map(Occupant::role).max(Role::compareTo).orElse(Role.NONE);
    }

    /** Returns all devices of all occupants. */
    public Collection<Jid> devices() {
        return Collections.unmodifiableCollection(devices.keySet());
    }

    /** Returns whether another user than this one has a nickname, or has reserved it. */
    public boolean isTaken(String nick, Jid user) {
        var present = occupants.get(nick);
        return present != null && !present.user().equals(user)
                || reservation(nick).filter(owner -> !owner.equals(user)).isPresent();
    }

    /**
     * Adds a device under the nickname in an address. Several devices of one user may share a nickname.
     *
     * @param as the address in the room
     * @param role the role of the occupant if this is the first device
     * @param id see {@link Occupant#id}
     */
    public Occupant enter(Jid device, Jid as, Role role, String id, Presence shown) {
        var occupant = occupants.computeIfAbsent(as.resource(), _ -> new Occupant(device.bare(), as, role, id));
        absentMembers = null;
        devices.put(device, occupant);
        occupant.show(device, shown);
        return occupant;
    }

    /** Stores a new presence of a device that is in the room. */
    public void show(Jid device, Presence shown) {
        withDevice(device).ifPresent(o -> o.show(device, shown));
    }

    /** Removes a device. @return whether its occupant has left the room with it */
    public boolean leave(Jid device) {
        var occupant = devices.remove(device);
        if (occupant == null || !occupant.leave(device)) return false;
        occupants.remove(occupant.nick());
        absentMembers = null;
        return true;
    }

    /** Gives an occupant another nickname, which no other occupant may have. */
    public void rename(Occupant occupant, Jid as) {
        occupants.remove(occupant.nick());
        occupant.rename(as);
        occupants.put(as.resource(), occupant);
    }
}
