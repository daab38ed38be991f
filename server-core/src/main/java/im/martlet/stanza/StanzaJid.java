package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.stanza.StanzaError.Condition;

/** Reads addresses that stand inside stanzas. Pure. */
public final class StanzaJid {
    private StanzaJid() {}

    /**
     * Parses an address from a stanza's payload.
     *
     * @throws StanzaException with the condition jid-malformed if the text is not an address (RFC 6120 §8.3.3.8)
     */
    public static Jid parse(String text) {
        try {
            return Jid.parse(text);
        } catch (JidException e) {
            throw new StanzaException(Condition.JID_MALFORMED.because(String.valueOf(e.getMessage())));
        }
    }
}
