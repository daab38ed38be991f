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

/** A room: how it is configured, who belongs to it, who is in it. Of the room's mailbox. */
public final class Room {
    private final Jid address;
    private final Jid creator;
    private final Predicate<Jid> sovereign;
    private RoomConfig config;
    private boolean locked;
    private @Nullable Message subject;
    private final Map<Jid, Affiliate> affiliates = new LinkedHashMap<>();
    private final Map<String, Jid> reserved = new HashMap<>(); // nicks
    private final Map<String, Occupant> occupants = new LinkedHashMap<>(); // by nick
    private final Map<Jid, Occupant> devices = new HashMap<>();
    private final Hats hats = new Hats();
    private @Nullable List<Jid> absent; // members; null when somebody has come, gone or become one since that was last asked

    /**
     * @param creator bare
     * @param sovereign whether somebody is an owner of every room: bare addresses
     */
    public Room(Jid address, Jid creator, RoomConfig config, Predicate<Jid> sovereign) {
        this.address = address;
        this.creator = creator;
        this.config = config;
        this.sovereign = sovereign;
    }

    /** The bare address. */
    public Jid address() { return address; }

    public Jid creator() { return creator; }

    public RoomConfig config() { return config; }

    /** Another configuration; what occupants look like may change with it. */
    public void config(RoomConfig next) {
        config = next;
        occupants.values().forEach(Occupant::changed);
    }

    /** Whether it awaits its first configuration (XEP-0045 §10.1.1). */
    public boolean isLocked() { return locked; }

    public void locked(boolean locked) { this.locked = locked; }

    /** What was last said about the subject, without a recipient; empty when nothing ever was. */
    public Optional<Message> subject() {
        return Optional.ofNullable(subject);
    }

    public void subject(Message subject) { this.subject = subject; }

    // ---- who belongs to it

    /** What somebody is to the room: by their own address, or by their domain (§9.2). */
    public Affiliation affiliation(Jid somebody) {
        if (sovereign.test(somebody.bare())) return Affiliation.OWNER;
        var own = affiliates.get(somebody.bare());
        if (own != null) return own.affiliation();
        var all = affiliates.get(somebody.host());
        return all == null ? Affiliation.NONE : all.affiliation();
    }

    /** What is known of an address itself, bare or a domain. */
    public Affiliate affiliate(Jid address) {
        return affiliates.getOrDefault(address, Affiliate.NOBODY);
    }

    public Map<Jid, Affiliate> affiliates() { return Collections.unmodifiableMap(affiliates); }

    public void affiliate(Jid address, Affiliate as) {
        absent = null;
        var before = affiliate(address);
        if (!before.nick().isEmpty()) reserved.remove(before.nick());
        if (as.affiliation() == Affiliation.NONE && as.nick().isEmpty()) affiliates.remove(address);
        else affiliates.put(address, as);
        if (!as.nick().isEmpty()) reserved.put(as.nick(), address);
    }

    /** Whose a nick is, if it is reserved for somebody. */
    public Optional<Jid> reservation(String nick) {
        return Optional.ofNullable(reserved.get(nick));
    }

    public long owners() {
        return affiliates.values().stream().filter(a -> a.affiliation() == Affiliation.OWNER).count();
    }

    /** What people are in it beside that. */
    public Hats hats() { return hats; }

    /** Who belongs to it, as somebody with an address of their own, and is not in it. */
    public List<Jid> absentMembers() {
        if (absent == null) {
            var present = occupants.values().stream().map(Occupant::user).collect(Collectors.toSet());
            absent = affiliates.entrySet().stream().filter(a -> a.getValue().affiliation().isAtLeast(Affiliation.MEMBER)
                    && a.getKey().hasLocal() && !present.contains(a.getKey())).map(Map.Entry::getKey).toList();
        }
        return absent;
    }

    // ---- who is in it

    public Collection<Occupant> occupants() { return Collections.unmodifiableCollection(occupants.values()); }

    public boolean isEmpty() { return occupants.isEmpty(); }

    public Optional<Occupant> occupant(String nick) { return Optional.ofNullable(occupants.get(nick)); }

    /** Whose device an address is. */
    public Optional<Occupant> withDevice(Jid full) {
        return Optional.ofNullable(devices.get(full));
    }

    /** Occupants that are the same user. */
    public List<Occupant> of(Jid user) {
        return user.hasLocal() ? occupants.values().stream().filter(o -> o.user().equals(user)).toList()
                : occupants.values().stream().filter(o -> o.user().host().equals(user)).toList();
    }

    /** Every device of every occupant. */
    public Collection<Jid> devices() {
        return Collections.unmodifiableCollection(devices.keySet());
    }

    /** Whether somebody other than a user has a nick, or it is reserved for them. */
    public boolean isTaken(String nick, Jid user) {
        var present = occupants.get(nick);
        return present != null && !present.user().equals(user)
                || reservation(nick).filter(owner -> !owner.equals(user)).isPresent();
    }

    /**
     * A device enters, under the nick in an address; perhaps beside another one of the same user.
     *
     * @param role if it is the first device
     * @param id see {@link Occupant#id}
     */
    public Occupant enter(Jid device, Jid as, Role role, String id, Presence shown) {
        var occupant = occupants.computeIfAbsent(as.resource(), _ -> new Occupant(device.bare(), as, role, id));
        absent = null;
        devices.put(device, occupant);
        occupant.show(device, shown);
        return occupant;
    }

    /** A device that is here shows itself anew. */
    public void show(Jid device, Presence shown) {
        withDevice(device).ifPresent(o -> o.show(device, shown));
    }

    /** A device leaves; answers whether its occupant is gone with it. */
    public boolean leave(Jid device) {
        var occupant = devices.remove(device);
        if (occupant == null || !occupant.leave(device)) return false;
        occupants.remove(occupant.nick());
        absent = null;
        return true;
    }

    /** An occupant takes another nick, which nobody has. */
    public void rename(Occupant occupant, Jid as) {
        occupants.remove(occupant.nick());
        occupant.rename(as);
        occupants.put(as.resource(), occupant);
    }
}
