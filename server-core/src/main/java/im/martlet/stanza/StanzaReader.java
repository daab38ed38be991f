package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Optional;

/** Reads stanzas from received elements (RFC 6120 §8). Code behind this class never sees a malformed stanza. */
public final class StanzaReader {
    private StanzaReader() {}

    /** The result of reading one element. */
    public sealed interface Result {
        record Good(Stanza stanza) implements Result {}

        /** A stanza that breaks a rule. {@code answer} is the error for its sender; empty if the stanza is an error. */
        record Bad(Optional<Stanza> answer) implements Result {}

        /** An element that is no stanza. */
        record Unknown() implements Result {}
    }

    /**
     * Reads a stanza of a client.
     *
     * @param from the full JID of the stream; the caller has checked the {@code from} attribute of the client
     */
    public static Result read(Element e, Jid from) { return read(e, from, from.host()); }

    /**
     * Reads a stanza.
     *
     * @param from the sender; the caller has checked it
     * @param here the address that answers a stanza that breaks a rule
     */
    public static Result read(Element e, Jid from, Jid here) {
        if (!e.namespace().equals(Stanza.CLIENT)) return new Result.Unknown();
        try {
            return switch (e.name()) {
                case "message" -> new Result.Good(message(e, from));
                case "presence" -> new Result.Good(presence(e, from));
                case "iq" -> new Result.Good(iq(e, from));
                default -> new Result.Unknown();
            };
        } catch (JidException bad) {
            return bad(e, from, here, Condition.JID_MALFORMED.because(bad.getMessage()));
        } catch (StanzaException bad) {
            return bad(e, from, here, bad.error());
        }
    }

    private static Message message(Element e, Jid from) {
        // RFC 6120 §10.3.1: a message without 'to' is for the sender's own account
        return new Message(Message.Type.read(type(e)), from, to(e).orElse(from.bare()), id(e), lang(e),
                Payload.of(e.children()));
    }

    private static Presence presence(Element e, Jid from) {
        var type = Presence.Type.read(type(e))
                .orElseThrow(() -> StanzaException.badRequest("the presence type is unknown"));
        var presence = new Presence(type, from, to(e).orElse(null), id(e), lang(e), Payload.of(e.children()));
        if (!hasValidPriority(presence))
            throw StanzaException.badRequest("the priority must be a number from -128 to 127");
        if (presence.to() == null && type.isSubscription())
            throw StanzaException.badRequest("a presence that manages a subscription needs a 'to'");
        return presence;
    }

    private static boolean hasValidPriority(Presence presence) {
        try {
            return Byte.MIN_VALUE <= presence.priority() && presence.priority() <= Byte.MAX_VALUE;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static Iq iq(Element e, Jid from) {
        var to = to(e).orElse(from.bare());
        // RFC 6120 §8.2.3 rule 1
        var id = e.attribute("id").orElseThrow(() -> StanzaException.badRequest("an iq needs an id"));
        List<Element> children = e.children();
        var payload = Payload.of(children);
        return switch (type(e)) {
            case "get" -> new Iq.Get(from, to, id, lang(e), one(payload));
            case "set" -> new Iq.Set(from, to, id, lang(e), one(payload));
            case "result" -> new Iq.Result(from, to, id, lang(e), atMostOne(payload));
            case "error" -> new Iq.Error(from, to, id, lang(e), payload);
            default -> throw StanzaException.badRequest("the type of an iq must be get, set, result or error");
        };
    }

    private static Payload one(Payload payload) {
        // rule 3
        if (payload.elements().size() != 1)
            throw StanzaException.badRequest("an iq request must have exactly one child");
        return payload;
    }

    private static Payload atMostOne(Payload payload) {
        // rule 5
        if (payload.elements().size() > 1) throw StanzaException.badRequest("an iq result must have at most one child");
        return payload;
    }

    private static Result bad(Element e, Jid from, Jid here, StanzaError error) {
        if (type(e).equals("error") || e.name().equals("iq") && type(e).equals("result"))
            return new Result.Bad(Optional.empty());
        var payload = Payload.of(error.toElement());
        return new Result.Bad(Optional.of(switch (e.name()) {
            case "message" -> new Message(Message.Type.ERROR, here, from, id(e), "", payload);
            case "presence" -> new Presence(Presence.Type.ERROR, here, from, id(e), "", payload);
            default -> new Iq.Error(here, from, id(e), "", payload);
        }));
    }

    private static Optional<Jid> to(Element e) { return e.attribute("to").map(Jid::parse); }

    private static String type(Element e) { return e.attribute("type").orElse(""); }

    private static String id(Element e) { return e.attribute("id").orElse(""); }

    private static String lang(Element e) { return e.attribute(Element.XML_LANG).orElse(""); }
}
