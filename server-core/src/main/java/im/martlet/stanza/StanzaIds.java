package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.OptionalLong;

/** XEP-0359: where a message stands in the archive of an account. */
public final class StanzaIds {
    public static final String NS = Namespaces.STANZA_ID;

    private StanzaIds() {}

    /** A place in a log, as clients know it. */
    public static String text(long id) {
        return Long.toUnsignedString(id, 36);
    }

    /** The place that a client means; throws {@link NumberFormatException} when it can mean none. */
    public static long parse(String text) {
        if (text.length() > 13) throw new NumberFormatException(text);
        long id = Long.parseLong(text, 36);
        if (!text(id).equals(text)) throw new NumberFormatException(text); // another spelling of it is another id
        return id;
    }

    /**
     * The message with its place in the log of an account, which it is in; the account alone may see it (XEP-0313
     * §3.5).
     */
    public static Message stamp(Message message, Jid account) {
        return message.with(message.payload()
                .with(Element.of(NS, "stanza-id").with("by", account).with("id", text(message.log()))));
    }

    /** Where a message that was stamped for an account stands in its archive; empty for any other. */
    public static OptionalLong of(Message message, Jid account) {
        return message.payload().elements().stream().filter(e -> e.is(NS, "stanza-id") && isBy(e, account)).findFirst()
                .map(e -> OptionalLong.of(parse(e.attribute("id").orElse("")))).orElse(OptionalLong.empty());
    }

    /** §3 rule 2: nobody else may say where a message stands in an account's archive. */
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
