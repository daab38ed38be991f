package im.martlet.extensions.muc.state;

import java.util.Locale;
import java.util.Optional;

/** A role: a relation to a room that lasts for one visit (XEP-0045 §5.1). In ascending order. */
public enum Role {
    NONE, VISITOR, PARTICIPANT, MODERATOR;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** Returns the name in XML. */
    public String wire() { return wire; }

    /** Returns the role with this name in XML; empty when there is none. */
    public static Optional<Role> read(String wire) {
        for (Role r : values()) if (r.wire.equals(wire)) return Optional.of(r);
        return Optional.empty();
    }

    public boolean isAtLeast(Role other) { return compareTo(other) >= 0; }
}
