package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlWriter;
import java.util.Optional;
import java.util.Set;

/** The rules for a client's stream header (RFC 6120 §4.7, §4.8, §4.9.3). */
sealed interface StreamHeaderRules {
    String STREAMS = Namespaces.STREAMS;

    /**
     * @param lang the stream's default language, empty when it names none
     * @param from the account that the client means to log in to, if it says so
     */
    record Accepted(String host, String lang, Optional<Jid> from) implements StreamHeaderRules {}

    record Refused(StreamError error) implements StreamHeaderRules {}

    /** @param fixed the host of this stream, when it has been opened before: it cannot change */
    static StreamHeaderRules judge(StreamHeader header, Set<String> hosts, Optional<String> fixed) {
        var e = header.element();
        if (!e.namespace().equals(STREAMS))
            return refuse(Condition.INVALID_NAMESPACE, "a stream is in the namespace " + STREAMS);
        if (!e.name().equals("stream")) return refuse(Condition.BAD_FORMAT, "a stream begins with <stream>");
        if (!header.contentNamespace().equals(Stanza.CLIENT))
            return refuse(Condition.INVALID_NAMESPACE, "clients speak " + Stanza.CLIENT);
        if (!hasVersion1(e)) return refuse(Condition.UNSUPPORTED_VERSION, "version 1.0 is spoken here");
        if (fixed.filter(known -> !hosts.contains(known)).isPresent()) return new Refused(Condition.HOST_GONE.plain()); // §4.9.3.5
        var host = e.attribute("to").flatMap(StreamHeaderRules::domain).filter(hosts::contains);
        if (host.isEmpty()) return refuse(Condition.HOST_UNKNOWN, "'to' names no domain that is served here");
        if (fixed.isPresent() && !fixed.equals(host))
            return refuse(Condition.POLICY_VIOLATION, "the host of a stream cannot change");
        var from = e.attribute("from").flatMap(StreamHeaderRules::account);
        if (from.filter(jid -> !jid.domain().equals(host.get())).isPresent())
            return refuse(Condition.INVALID_FROM, "'from' is no account of " + host.get()); // XEP-0388 §2.1
        return new Accepted(host.get(), e.attribute(Element.XML_LANG).orElse(""), from);
    }

    /**
     * The server's own header (§4.7).
     *
     * @param from nothing when empty, as is {@code to}
     */
    static byte[] answer(String from, String to) {
        var out = new XmlWriter()
                .raw("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" + STREAMS + "'")
                .attribute("id", RandomIds.next()).attribute("version", "1.0").attribute(Element.XML_LANG, "en");
        if (!from.isEmpty()) out.attribute("from", from);
        if (!to.isEmpty()) out.attribute("to", to);
        return out.raw(">").toBytes();
    }

    private static boolean hasVersion1(Element e) { // §4.7.5: minor numbers are compatible
        return e.attribute("version").filter(version -> version.matches("0*1\\.\\d+")).isPresent();
    }

    private static Optional<String> domain(String to) {
        try {
            return Optional.of(Jid.parse(to)).filter(jid -> jid.host().equals(jid)).map(Jid::domain);
        } catch (JidException e) {
            return Optional.empty();
        }
    }

    private static Optional<Jid> account(String from) {
        try {
            return Optional.of(Jid.parse(from).bare()).filter(Jid::hasLocal);
        } catch (JidException e) {
            return Optional.empty(); // whatever it is, it is no hint
        }
    }

    private static StreamHeaderRules refuse(Condition condition, String why) {
        return new Refused(condition.because(why));
    }
}
