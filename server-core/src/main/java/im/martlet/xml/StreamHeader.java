package im.martlet.xml;

/**
 * The opening tag of a stream (RFC 6120 §4.7): the element without content, and the namespace that its unprefixed
 * children are in ({@code jabber:client}, {@code jabber:server}, ...; empty when none was declared).
 */
public record StreamHeader(Element element, String contentNamespace) {}
