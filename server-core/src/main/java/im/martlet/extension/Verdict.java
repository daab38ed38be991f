package im.martlet.extension;

import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;

/** An interceptor's verdict on a stanza. */
public sealed interface Verdict {
    /** The stanza goes on unchanged. */
    record Pass() implements Verdict {}

    /** The stanza goes on with changes. */
    record Change(Stanza stanza) implements Verdict {}

    /** The stanza goes no further. Its sender gets no answer. */
    record Drop() implements Verdict {}

    /** The stanza goes no further. Its sender gets the error. */
    record Bounce(StanzaError error) implements Verdict {}

    static Verdict pass() { return new Pass(); }

    static Verdict change(Stanza stanza) { return new Change(stanza); }

    static Verdict drop() { return new Drop(); }

    static Verdict bounce(StanzaError error) { return new Bounce(error); }
}
