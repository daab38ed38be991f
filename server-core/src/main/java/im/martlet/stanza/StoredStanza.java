package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.xml.Element;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;

/** Stanzas as the database keeps them: as XML text that this server wrote. */
public final class StoredStanza {
    private StoredStanza() {}

    public static String write(Stanza stanza) { return stanza.toElement().toString(); }

    /** Reads what {@link #write} wrote; anything else is damage, and an {@link IllegalStateException}. */
    public static Stanza read(String xml) {
        try {
            Element e = XmlReader.parse(xml);
            var from = Jid.parse(e.attribute("from").orElseThrow());
            if (StanzaReader.read(e, from) instanceof StanzaReader.Reading.Good(var stanza)) return stanza;
        } catch (XmlException | RuntimeException damaged) {
            throw new IllegalStateException("not a stanza: " + xml, damaged);
        }
        throw new IllegalStateException("not a stanza: " + xml);
    }
}
