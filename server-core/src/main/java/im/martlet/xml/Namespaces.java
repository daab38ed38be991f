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
}
