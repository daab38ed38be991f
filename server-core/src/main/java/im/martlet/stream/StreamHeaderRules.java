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

/** The rules for a client's stream header (RFC 6120 §4.7, §4.8, §4.9.3), and their result. */
sealed interface StreamHeaderRules {
    String STREAMS = Namespaces.STREAMS;

    /**
     * A header that keeps the rules.
     *
     * @param host the served domain that the client names
     * @param lang the default language of the stream; empty if the header names none
     * @param from the account that the client intends to use; empty if the header names none
     */
    record Accepted(String host, String lang, Optional<Jid> from) implements StreamHeaderRules {}

    /** A header that breaks a rule. The error ends the stream. */
    record Refused(StreamError error) implements StreamHeaderRules {}

    /**
     * Checks a header.
     *
     * @param hosts the served domains
     * @param fixed the host of a stream that was opened before; it cannot change
     */
    static StreamHeaderRules judge(StreamHeader header, Set<String> hosts, Optional<String> fixed) {
        var e = header.element();
        if (!e.namespace().equals(STREAMS))
            return refuse(Condition.INVALID_NAMESPACE, "the stream must be in the namespace " + STREAMS);
        if (!e.name().equals("stream")) return refuse(Condition.BAD_FORMAT, "the stream must begin with <stream>");
        if (!header.contentNamespace().equals(Stanza.CLIENT))
            return refuse(Condition.INVALID_NAMESPACE, "clients must use the namespace " + Stanza.CLIENT);
        if (!hasVersion1(e)) return refuse(Condition.UNSUPPORTED_VERSION, "this server needs version 1.0");
        if (fixed.filter(host -> !hosts.contains(host)).isPresent())
            return new Refused(Condition.HOST_GONE.plain()); // §4.9.3.5
        var host = e.attribute("to").flatMap(StreamHeaderRules::domain).filter(hosts::contains);
        if (host.isEmpty()) return refuse(Condition.HOST_UNKNOWN, "this server does not serve the domain in 'to'");
        if (fixed.isPresent() && !fixed.equals(host))
            return refuse(Condition.POLICY_VIOLATION, "the host of a stream cannot change");
        var from = e.attribute("from").flatMap(StreamHeaderRules::account);
        if (from.filter(jid -> !jid.domain().equals(host.get())).isPresent())
            return refuse(Condition.INVALID_FROM, "'from' must be an account of " + host.get()); // XEP-0388 §2.1
        return new Accepted(host.get(), e.attribute(Element.XML_LANG).orElse(""), from);
    }

    /**
     * Returns the server's stream header (§4.7).
     *
     * @param from the domain of the server; left out if empty
     * @param to the address of the client; left out if empty
     */
    static byte[] serverHeader(String from, String to) {
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
            return Optional.empty(); // an invalid address is no hint
        }
    }

    private static StreamHeaderRules refuse(Condition condition, String reason) {
        return new Refused(condition.because(reason));
    }
}
