package im.martlet.extension;

import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;

/** What an interceptor says of a stanza. */
public sealed interface Verdict {
    /** It goes on as it is. */
    record Pass() implements Verdict {}

    /** It goes on changed. */
    record Change(Stanza stanza) implements Verdict {}

    /** It vanishes; its sender is not told. */
    record Drop() implements Verdict {}

    /** It goes no further, and its sender is told why. */
    record Bounce(StanzaError error) implements Verdict {}

    static Verdict pass() { return new Pass(); }

    static Verdict change(Stanza stanza) { return new Change(stanza); }

    static Verdict drop() { return new Drop(); }

    static Verdict bounce(StanzaError error) { return new Bounce(error); }
}
