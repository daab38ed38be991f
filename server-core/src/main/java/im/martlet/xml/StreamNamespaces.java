package im.martlet.xml;

import java.util.Map;
import java.util.Set;

/**
 * The namespaces that a stream header declares for the inside of the stream.
 *
 * @param content the default namespace; empty if there is none
 * @param prefixes the other namespaces, by prefix
 */
public record StreamNamespaces(String content, Map<String, String> prefixes) {
    /** The namespaces that nearly every client declares. */
    static final StreamNamespaces CLIENT =
            new StreamNamespaces(Namespaces.CLIENT, Map.of("stream", Namespaces.STREAMS));

    /** Returns a start tag that declares the namespaces. */
    byte[] openingTag() {
        var out = new XmlWriter().raw("<stream").attribute("xmlns", content);
        prefixes.forEach((prefix, uri) -> out.attribute("xmlns:" + prefix, uri));
        return out.raw(">").toBytes();
    }

    /** The namespaces that most servers declare, after {@link #inside}. */
    static final StreamNamespaces SERVER = new StreamNamespaces(Namespaces.CLIENT,
            Map.of("stream", Namespaces.STREAMS, "db", Namespaces.DIALBACK));

    private static final Set<String> LIKE_CLIENT = Set.of(Namespaces.SERVER, Namespaces.COMPONENT);

    /**
     * Returns the namespaces for the parser. Stanzas of servers and components have another namespace but the same
     * content (RFC 6120 §4.8.3, XEP-0114 §3), so the parser gives all stanzas the namespace of clients.
     */
    StreamNamespaces inside() {
        if (!LIKE_CLIENT.contains(content)) return this;
        if (prefixes.equals(CLIENT.prefixes)) return CLIENT;
        return prefixes.equals(SERVER.prefixes) ? SERVER : new StreamNamespaces(CLIENT.content, prefixes);
    }
}
