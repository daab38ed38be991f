package im.martlet.stanza;

import im.martlet.xml.Element;
import im.martlet.xml.XmlWriter;
import java.util.List;
import java.util.Locale;

/**
 * An error that ends a stream (RFC 6120 §4.9).
 *
 * @param content the text inside the condition element: an address in {@code see-other-host}, empty in most others
 * @param text the reason, in English; empty if the condition is enough
 * @param specific application-specific conditions (§4.9.4)
 */
public record StreamError(Condition condition, String content, String text, List<Element> specific) {
    public static final String NS = "urn:ietf:params:xml:ns:xmpp-streams";

    /** The defined conditions (RFC 6120 §4.9.3). */
    public enum Condition {
        BAD_FORMAT, BAD_NAMESPACE_PREFIX, CONFLICT, CONNECTION_TIMEOUT, HOST_GONE, HOST_UNKNOWN, IMPROPER_ADDRESSING,
        INTERNAL_SERVER_ERROR, INVALID_FROM, INVALID_NAMESPACE, INVALID_XML, NOT_AUTHORIZED, NOT_WELL_FORMED,
        POLICY_VIOLATION, REMOTE_CONNECTION_FAILED, RESET, RESOURCE_CONSTRAINT, RESTRICTED_XML, SEE_OTHER_HOST,
        SYSTEM_SHUTDOWN, UNDEFINED_CONDITION, UNSUPPORTED_ENCODING, UNSUPPORTED_FEATURE, UNSUPPORTED_STANZA_TYPE,
        UNSUPPORTED_VERSION;

        private final String elementName = name().toLowerCase(Locale.ROOT).replace('_', '-');

        public StreamError because(String text) { return new StreamError(this, "", text, List.of()); }

        public StreamError plain() { return because(""); }
    }

    /**
     * Returns the error that redirects a client to another server (RFC 6120 §4.9.3.19); {@code host} may have a port.
     */
    public static StreamError seeOtherHost(String host) {
        return new StreamError(Condition.SEE_OTHER_HOST, host, "", List.of());
    }

    public StreamError with(Element condition) {
        return new StreamError(this.condition, content, text, List.of(condition));
    }

    /** Returns the error as XML, for a stream that declared the usual {@code stream} prefix. */
    public String toXml() {
        var out = new XmlWriter().raw("<stream:error>")
                .nodes(List.of(Element.of(NS, condition.elementName).withText(content)), "");
        if (!text.isEmpty()) out.nodes(List.of(Element.of(NS, "text").with(Element.XML_LANG, "en").withText(text)), "");
        return new String(out.nodes(specific, "").raw("</stream:error>").toBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
    }
}
