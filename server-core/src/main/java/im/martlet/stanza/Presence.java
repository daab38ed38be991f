package im.martlet.stanza;

import im.martlet.address.Jid;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A presence (RFC 6121 §4). {@code to} is null if it is for all subscribers. */
public record Presence(Type type, Jid from, @Nullable Jid to, String id, String lang, Payload payload)
        implements Stanza {
    public enum Type {
        AVAILABLE, UNAVAILABLE, SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE, ERROR;

        private final String wire = this.ordinal() == 0 ? "" : name().toLowerCase(Locale.ROOT);

        static Optional<Type> read(String wire) {
            for (Type t : values()) if (t.wire.equals(wire)) return Optional.of(t);
            return Optional.empty();
        }

        /** Returns true for the four types that manage subscriptions (RFC 6121 §3). */
        public boolean isSubscription() {
            return switch (this) {
                case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED -> true;
                case AVAILABLE, UNAVAILABLE, PROBE, ERROR -> false;
            };
        }
    }

    /** Returns a presence without content that the server itself sends. */
    public static Presence of(Type type, Jid from, Jid to) {
        return new Presence(type, from, to, "", "", Payload.EMPTY);
    }

    public Presence withFrom(Jid from) { return new Presence(type, from, to, id, lang, payload); }

    public Presence with(Payload payload) { return new Presence(type, from, to, id, lang, payload); }

    @Override public Presence withTo(Jid to) { return new Presence(type, from, to, id, lang, payload); }

    @Override public String wireType() { return type.wire; }

    @Override public String name() { return "presence"; }

    @Override public boolean isError() { return type == Type.ERROR; }

    /** Returns the priority, from -128 to 127; 0 if the client left it out (RFC 6121 §4.7.2.3). */
    public int priority() {
        return child(CLIENT, "priority").map(p -> Integer.parseInt(p.text().strip())).orElse(0);
    }

    @Override public Optional<Stanza> error(StanzaError error) {
        if (isError() || to == null) return Optional.empty();
        return Optional.of(new Presence(Type.ERROR, to, from, id, "", Payload.of(error.toElement())));
    }
}
