package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.OptionalLong;

/** Stanza ids (XEP-0359): the log id of a message in the archive of an account, as clients see it. */
public final class StanzaIds {
    public static final String NS = Namespaces.STANZA_ID;

    private StanzaIds() {}

    /** Returns a log id in the form that clients see. */
    public static String text(long id) {
        return Long.toUnsignedString(id, 36);
    }

    /** Returns the log id that a client names; throws {@link NumberFormatException} if no log id is written so. */
    public static long parse(String text) {
        if (text.length() > 13) throw new NumberFormatException(text);
        long id = Long.parseLong(text, 36);
        if (!text(id).equals(text)) throw new NumberFormatException(text); // another spelling is another id
        return id;
    }

    /**
     * Returns a logged message with its log id as stanza id. Only the account that owns the log may see that id
     * (XEP-0313 §3.5).
     */
    public static Message stamp(Message message, Jid account) {
        return message.with(message.payload()
                .with(Element.of(NS, "stanza-id").with("by", account).with("id", text(message.log()))));
    }

    /** Returns the log id from the stanza id that was stamped for an account; empty if there is none. */
    public static OptionalLong of(Message message, Jid account) {
        return message.payload().elements().stream().filter(e -> e.is(NS, "stanza-id") && isBy(e, account)).findFirst()
                .map(e -> OptionalLong.of(parse(e.attribute("id").orElse("")))).orElse(OptionalLong.empty());
    }

    /** Removes stanza ids that claim to be from an account: only its own server may write them (§3 rule 2). */
    public static Message withoutForged(Message message, Jid account) {
        var clean = message.payload().without(e -> e.is(NS, "stanza-id") && isBy(e, account));
        return clean == message.payload() ? message : message.with(clean);
    }

    private static boolean isBy(Element stanzaId, Jid account) {
        try {
            return Jid.parse(stanzaId.attribute("by").orElse("")).equals(account);
        } catch (JidException e) {
            return false;
        }
    }
}
