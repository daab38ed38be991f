package im.martlet.stanza;

import im.martlet.address.Jid;
import java.util.Locale;
import java.util.Optional;

/**
 * RFC 6121 §5.
 *
 * @param log where the message stands in the log of the account that has it in hands, 0 when it is not there; not for
 * the wire
 */
public record Message(Type type, Jid from, Jid to, String id, String lang, Payload payload, long log)
        implements Stanza {
    public Message(Type type, Jid from, Jid to, String id, String lang, Payload payload) {
        this(type, from, to, id, lang, payload, 0);
    }

    public enum Type {
        NORMAL, CHAT, GROUPCHAT, HEADLINE, ERROR;

        private final String wire = name().toLowerCase(Locale.ROOT);

        /** RFC 6121 §5.2.2: a type that nobody knows is a normal message. */
        static Type read(String wire) {
            for (Type t : values()) if (t.wire.equals(wire)) return t;
            return NORMAL;
        }
    }

    public boolean hasBody() { return has(CLIENT, "body"); }

    public Message with(Payload payload) { return new Message(type, from, to, id, lang, payload, log); }

    /** The message as it stands in a log. */
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
