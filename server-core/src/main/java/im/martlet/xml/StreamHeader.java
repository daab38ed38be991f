package im.martlet.xml;

/**
 * The start tag of a stream (RFC 6120 §4.7).
 *
 * @param element the tag as an element without content
 * @param namespaces the namespaces that the tag declares
 */
public record StreamHeader(Element element, StreamNamespaces namespaces) {
    /**
     * Returns the namespace of children without a prefix: {@code jabber:client} for a client; empty if the header
     * declares none.
     */
    public String contentNamespace() {
        return namespaces.content();
    }
}
