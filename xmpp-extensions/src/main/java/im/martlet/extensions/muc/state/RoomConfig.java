package im.martlet.extensions.muc.state;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How a room is configured: values for every {@link RoomOption}, each of its kind. */
public record RoomConfig(Map<RoomOption, List<String>> values) {
    public RoomConfig {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
    }

    /** A new room's. */
    public static RoomConfig usual() {
        var values = new EnumMap<RoomOption, List<String>>(RoomOption.class);
        for (RoomOption s : RoomOption.values()) values.put(s, s.usual());
        return new RoomConfig(values);
    }

    /** This configuration with other values for a setting, which must be of its kind. */
    public RoomConfig with(RoomOption setting, List<String> value) {
        var changed = new EnumMap<>(values);
        changed.put(setting, List.copyOf(value));
        return new RoomConfig(changed);
    }

    public RoomConfig with(RoomOption setting, boolean on) { return with(setting, List.of(on ? "1" : "0")); }

    /** The values of a setting; none for a text that is empty. */
    public List<String> all(RoomOption setting) {
        return values.getOrDefault(setting, List.of());
    }

    /** The value of a setting, empty when it has none. */
    public String text(RoomOption setting) {
        return all(setting).isEmpty() ? "" : all(setting).getFirst();
    }

    /** Whether something is switched on. */
    public boolean is(RoomOption setting) { return text(setting).equals("1"); }

    /** A number; empty for "none". */
    public Optional<Integer> number(RoomOption setting) {
        return text(setting).isEmpty() || text(setting).equals("none") ? Optional.empty()
                : Optional.of(Integer.parseInt(text(setting)));
    }

    /** The roles that a setting names. */
    public Set<Role> roles(RoomOption setting) {
        var roles = EnumSet.noneOf(Role.class);
        for (String value : all(setting)) Role.read(value).ifPresent(roles::add);
        return roles;
    }

    /** Whether everybody in the room may see real addresses (XEP-0045 §4.2). */
    public boolean isNonAnonymous() {
        return text(RoomOption.WHOIS).equals("anyone");
    }

    /** The password that is needed to enter, if one is. */
    public Optional<String> password() {
        return is(RoomOption.PASSWORD_PROTECTED) ? Optional.of(text(RoomOption.PASSWORD)) : Optional.empty();
    }

    /** Whether everybody who is not banned may enter, without a word. */
    public boolean isOpen() {
        return !is(RoomOption.MEMBERS_ONLY) && password().isEmpty();
    }
}
