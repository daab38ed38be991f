package im.martlet.extensions.muc.state;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The configuration of a room: values for every {@link RoomOption}, each of its kind. */
public record RoomConfig(Map<RoomOption, List<String>> values) {
    public RoomConfig {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
    }

    /** Returns the configuration with the default of every option. */
    public static RoomConfig defaults() {
        var values = new EnumMap<RoomOption, List<String>>(RoomOption.class);
        for (RoomOption option : RoomOption.values()) values.put(option, option.defaults());
        return new RoomConfig(values);
    }

    /** Returns this configuration with other values for an option. The values must be of its kind. */
    public RoomConfig with(RoomOption option, List<String> value) {
        var changed = new EnumMap<>(values);
        changed.put(option, List.copyOf(value));
        return new RoomConfig(changed);
    }

    public RoomConfig with(RoomOption option, boolean on) { return with(option, List.of(on ? "1" : "0")); }

    /** Returns the values of an option; none for an empty text. */
    public List<String> all(RoomOption option) {
        return values.getOrDefault(option, List.of());
    }

    /** Returns the first value of an option; empty when it has none. */
    public String text(RoomOption option) {
        return all(option).isEmpty() ? "" : all(option).getFirst();
    }

    /** Returns whether an option is switched on. */
    public boolean is(RoomOption option) {
        return text(option).equals("1");
    }

    /** Returns the number of an option; empty for "none". */
    public Optional<Integer> number(RoomOption option) {
        return text(option).isEmpty() || text(option).equals("none") ? Optional.empty()
                : Optional.of(Integer.parseInt(text(option)));
    }

    /** Returns the roles that an option lists. */
    public Set<Role> roles(RoomOption option) {
        var roles = EnumSet.noneOf(Role.class);
        for (String value : all(option)) Role.read(value).ifPresent(roles::add);
        return roles;
    }

    /** Returns whether every occupant may see real addresses (XEP-0045 §4.2). */
    public boolean isNonAnonymous() {
        return text(RoomOption.WHOIS).equals("anyone");
    }

    /** Returns the password of the room, if it has one. */
    public Optional<String> password() {
        return is(RoomOption.PASSWORD_PROTECTED) ? Optional.of(text(RoomOption.PASSWORD)) : Optional.empty();
    }

    /** Returns whether every user without a ban may enter without a password. */
    public boolean isOpen() {
        return !is(RoomOption.MEMBERS_ONLY) && password().isEmpty();
    }
}
