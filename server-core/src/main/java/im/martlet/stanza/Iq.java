package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.xml.Element;
import java.util.Optional;

/** A request to an entity, or the response to one (RFC 6120 §8.2.3). */
public sealed interface Iq extends Stanza {
    @Override Jid to();

    /** A request. It has exactly one child element, and its recipient must answer it with a {@link Response}. */
    sealed interface Request extends Iq permits Get, Set {
        default Element element() { return payload().elements().getFirst(); }

        default Response result(Element... payload) { return new Result(to(), from(), id(), "", Payload.of(payload)); }

        default Response failure(StanzaError error) {
            return new Error(to(), from(), id(), "", Payload.of(error.toElement()));
        }

        @Override default Optional<Stanza> error(StanzaError error) { return Optional.of(failure(error)); }
    }

    sealed interface Response extends Iq permits Result, Error {
        @Override default Optional<Stanza> error(StanzaError error) { return Optional.empty(); }
    }

    record Get(Jid from, Jid to, String id, String lang, Payload payload) implements Request {
        @Override public Get withTo(Jid to) { return new Get(from, to, id, lang, payload); }

        @Override public String wireType() { return "get"; }
    }

    record Set(Jid from, Jid to, String id, String lang, Payload payload) implements Request {
        /** Returns a request that the server itself sends. */
        public static Set of(Jid from, Jid to, String id, Element payload) {
            return new Set(from, to, id, "", Payload.of(payload));
        }

        @Override public Set withTo(Jid to) { return new Set(from, to, id, lang, payload); }

        @Override public String wireType() { return "set"; }
    }

    record Result(Jid from, Jid to, String id, String lang, Payload payload) implements Response {
        @Override public Result withTo(Jid to) { return new Result(from, to, id, lang, payload); }

        @Override public String wireType() { return "result"; }
    }

    record Error(Jid from, Jid to, String id, String lang, Payload payload) implements Response {
        @Override public Error withTo(Jid to) { return new Error(from, to, id, lang, payload); }

        @Override public String wireType() { return "error"; }
    }

    @Override default String name() { return "iq"; }

    @Override default boolean isError() { return this instanceof Error; }
}
