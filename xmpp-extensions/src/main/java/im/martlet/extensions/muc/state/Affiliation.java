package im.martlet.extensions.muc.state;

import java.util.Locale;
import java.util.Optional;

/** A lasting association with a room (XEP-0045 §5.2), from the least to the most. */
public enum Affiliation {
    OUTCAST, NONE, MEMBER, ADMIN, OWNER;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** As it is written. */
    public String wire() { return wire; }

    public static Optional<Affiliation> read(String wire) {
        for (Affiliation a : values()) if (a.wire.equals(wire)) return Optional.of(a);
        return Optional.empty();
    }

    public boolean isAtLeast(Affiliation other) { return compareTo(other) >= 0; }
}
