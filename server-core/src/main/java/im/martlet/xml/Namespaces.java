package im.martlet.xml;

import java.util.Map;

/**
 * What a stream header declares, and so holds inside the stream.
 *
 * @param content the default namespace, empty when there is none
 * @param prefixes the others
 */
public record Namespaces(String content, Map<String, String> prefixes) {
    /** What nearly every client declares. */
    static final Namespaces CLIENT = new Namespaces("jabber:client", Map.of("stream", "http://etherx.jabber.org/streams"));

    /** An opening tag that declares them. */
    byte[] openingTag() {
        var out = new XmlWriter().raw("<stream").attribute("xmlns", content);
        prefixes.forEach((prefix, uri) -> out.attribute("xmlns:" + prefix, uri));
        return out.raw(">").toBytes();
    }

    /** What most servers declare, as it holds inside. */
    static final Namespaces SERVER = new Namespaces("jabber:client", Map.of("stream", "http://etherx.jabber.org/streams", "db", "jabber:server:dialback"));

    /**
     * As it holds inside the stream. Between servers, stanzas are in a namespace of another name and are otherwise the same
     * (RFC 6120 §4.8.3): in here they have one.
     */
    Namespaces inside() {
        if (!content.equals("jabber:server")) return this;
        return prefixes.equals(SERVER.prefixes) ? SERVER : new Namespaces(CLIENT.content, prefixes);
    }
}
