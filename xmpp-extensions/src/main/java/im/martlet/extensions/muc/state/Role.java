package im.martlet.extensions.muc.state;

import java.util.Locale;
import java.util.Optional;

/** What somebody is in a room for one visit (XEP-0045 §5.1), from the least to the most. */
public enum Role {
    NONE, VISITOR, PARTICIPANT, MODERATOR;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** As it is written. */
    public String wire() { return wire; }

    public static Optional<Role> read(String wire) {
        for (Role r : values()) if (r.wire.equals(wire)) return Optional.of(r);
        return Optional.empty();
    }

    public boolean isAtLeast(Role other) { return compareTo(other) >= 0; }
}
