package im.martlet.xml;

import java.util.Map;
import java.util.Set;

/**
 * What a stream header declares, and so holds inside the stream.
 *
 * @param content the default namespace, empty when there is none
 * @param prefixes the others
 */
public record StreamNamespaces(String content, Map<String, String> prefixes) {
    /** What nearly every client declares. */
    static final StreamNamespaces CLIENT =
            new StreamNamespaces(Namespaces.CLIENT, Map.of("stream", Namespaces.STREAMS));

    /** An opening tag that declares them. */
    byte[] openingTag() {
        var out = new XmlWriter().raw("<stream").attribute("xmlns", content);
        prefixes.forEach((prefix, uri) -> out.attribute("xmlns:" + prefix, uri));
        return out.raw(">").toBytes();
    }

    /** What most servers declare, as it holds inside. */
    static final StreamNamespaces SERVER = new StreamNamespaces(Namespaces.CLIENT,
            Map.of("stream", Namespaces.STREAMS, "db", Namespaces.DIALBACK));

    private static final Set<String> OTHERS = Set.of(Namespaces.SERVER, Namespaces.COMPONENT);

    /**
     * As it holds inside the stream. Between servers, and of components, stanzas are in a namespace of another name and
     * are otherwise the same (RFC 6120 §4.8.3, XEP-0114 §3): in here they have one.
     */
    StreamNamespaces inside() {
        if (!OTHERS.contains(content)) return this;
        if (prefixes.equals(CLIENT.prefixes)) return CLIENT;
        return prefixes.equals(SERVER.prefixes) ? SERVER : new StreamNamespaces(CLIENT.content, prefixes);
    }
}
