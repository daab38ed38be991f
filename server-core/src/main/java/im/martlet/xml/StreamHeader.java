package im.martlet.xml;

/**
 * The opening tag of a stream (RFC 6120 §4.7), as an element without content.
 *
 * @param namespaces what it declares
 */
public record StreamHeader(Element element, StreamNamespaces namespaces) {
    /**
     * The namespace that unprefixed children are in: {@code jabber:client} for a client; empty when none was declared.
     */
    public String contentNamespace() {
        return namespaces.content();
    }
}
