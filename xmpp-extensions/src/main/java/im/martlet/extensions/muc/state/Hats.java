package im.martlet.extensions.muc.state;

import im.martlet.address.Jid;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The hats of a room, and who wears which (XEP-0317). Of the room's mailbox. */
public final class Hats {
    /**
     * A hat.
     *
     * @param uri its name in the room
     * @param title for people
     * @param hue an angle (XEP-0392); empty for none
     */
    public record Hat(String uri, String title, String hue) {}

    private final Map<String, Hat> hats = new LinkedHashMap<>(); // by URI
    private final Map<String, Set<Jid>> wearers = new LinkedHashMap<>();

    public Collection<Hat> all() { return Collections.unmodifiableCollection(hats.values()); }

    public Optional<Hat> find(String uri) { return Optional.ofNullable(hats.get(uri)); }

    /** Who wears a hat: bare addresses. */
    public Set<Jid> wearers(String uri) {
        return Collections.unmodifiableSet(wearers.getOrDefault(uri, Set.of()));
    }

    /** What somebody wears. @param user bare */
    public List<Hat> of(Jid user) {
        return wearers.isEmpty() ? List.of()
                : hats.values().stream().filter(hat -> wearers(hat.uri).contains(user)).toList();
    }

    /** Makes a hat, or changes it. */
    public void put(Hat hat) { hats.put(hat.uri, hat); }

    /** Takes a hat away. @return who has worn it */
    public Set<Jid> remove(String uri) {
        hats.remove(uri);
        var wore = wearers.remove(uri);
        return wore == null ? Set.of() : wore;
    }

    /** Puts a hat, which is there, on somebody. */
    public void assign(String uri, Jid user) {
        wearers.computeIfAbsent(uri, _ -> new HashSet<>()).add(user);
    }

    /** Takes a hat from somebody; answers whether they have worn it. */
    public boolean unassign(String uri, Jid user) {
        var who = wearers.get(uri);
        return who != null && who.remove(user);
    }

    /** Takes all hats from somebody. */
    public void forget(Jid user) {
        wearers.values().forEach(who -> who.remove(user));
    }

    /** How many hats are worn, each as often as it is. */
    public int worn() {
        return wearers.values().stream().mapToInt(Set::size).sum();
    }
}
