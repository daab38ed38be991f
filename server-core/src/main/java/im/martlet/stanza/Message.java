package im.martlet.stanza;

import im.martlet.address.Jid;
import java.util.Locale;
import java.util.Optional;

/**
 * A message (RFC 6121 §5).
 *
 * @param log the id of the message in the log of the account that handles it at the moment; 0 if it is not in that log.
 * It is not sent to clients.
 */
public record Message(Type type, Jid from, Jid to, String id, String lang, Payload payload, long log)
        implements Stanza {
    public Message(Type type, Jid from, Jid to, String id, String lang, Payload payload) {
        this(type, from, to, id, lang, payload, 0);
    }

    public enum Type {
        NORMAL, CHAT, GROUPCHAT, HEADLINE, ERROR;

        private final String wire = name().toLowerCase(Locale.ROOT);

        /** Returns the type; {@link #NORMAL} for an unknown one (RFC 6121 §5.2.2). */
        static Type read(String wire) {
            for (Type t : values()) if (t.wire.equals(wire)) return t;
            return NORMAL;
        }
    }

    public boolean hasBody() { return has(CLIENT, "body"); }

    public Message with(Payload payload) { return new Message(type, from, to, id, lang, payload, log); }

    /** Returns the message with another log id. */
    public Message logged(long id) {
        return id == log ? this : new Message(type, from, to, this.id, lang, payload, id);
    }

    @Override public Message withTo(Jid to) { return new Message(type, from, to, id, lang, payload, log); }

    @Override public String wireType() { return type == Type.NORMAL ? "" : type.wire; }

    @Override public String name() { return "message"; }

    @Override public boolean isError() { return type == Type.ERROR; }

    @Override public Optional<Stanza> error(StanzaError error) {
        if (isError()) return Optional.empty();
        return Optional.of(new Message(Type.ERROR, to, from, id, "", Payload.of(error.toElement())));
    }
}
