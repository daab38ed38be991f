package im.martlet.extensions.muc.state;

import java.util.Locale;
import java.util.Optional;

/** An affiliation: a lasting relation to a room (XEP-0045 §5.2). In ascending order. */
public enum Affiliation {
    OUTCAST, NONE, MEMBER, ADMIN, OWNER;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** Returns the name in XML. */
    public String wire() { return wire; }

    /** Returns the affiliation with this name in XML; empty when there is none. */
    public static Optional<Affiliation> read(String wire) {
        for (Affiliation a : values()) if (a.wire.equals(wire)) return Optional.of(a);
        return Optional.empty();
    }

    public boolean isAtLeast(Affiliation other) { return compareTo(other) >= 0; }
}
