package im.martlet.stanza;

import im.martlet.xml.Element;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import im.martlet.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The child elements of a stanza. Copies of a stanza for other recipients share its payload. So the elements are
 * serialized only once, when the bytes are first needed.
 */
public final class Payload {
    public static final Payload EMPTY = new Payload(List.of(), null);

    private volatile @Nullable List<Element> elements; // null while only the bytes are known
    private final @Nullable Payload prefix; // the bytes of this payload begin with its bytes
    private volatile byte @Nullable [] bytes; // two threads may both serialize: the result is the same

    private Payload(@Nullable List<Element> elements, @Nullable Payload prefix) {
        this.elements = elements;
        this.prefix = prefix;
    }

    public static Payload of(List<Element> elements) {
        return elements.isEmpty() ? EMPTY : new Payload(List.copyOf(elements), null);
    }

    public static Payload of(Element... elements) { return of(List.of(elements)); }

    /**
     * Returns a payload from bytes that this server has serialized before: UTF-8, in the context of a
     * {@code jabber:client} stanza.
     */
    public static Payload written(byte[] bytes) {
        var payload = new Payload(null, null);
        payload.bytes = bytes;
        return payload;
    }

    public List<Element> elements() {
        var parsed = elements;
        if (parsed == null) elements = parsed = read();
        return parsed;
    }

    private List<Element> read() {
        try {
            return XmlReader
                    .parse("<x xmlns='" + Stanza.CLIENT + "'>" + new String(bytes(), StandardCharsets.UTF_8) + "</x>")
                    .children();
        } catch (XmlException e) {
            throw new IllegalStateException("the bytes of the payload are not XML that this server wrote", e);
        }
    }

    public Optional<Element> child(String namespace, String name) {
        for (Element e : elements()) if (e.is(namespace, name)) return Optional.of(e);
        return Optional.empty();
    }

    public boolean has(String namespace, String name) { return child(namespace, name).isPresent(); }

    /** Returns this payload with further elements at its end. */
    public Payload with(Element... more) {
        return new Payload(Stream.concat(elements().stream(), Stream.of(more)).toList(), this);
    }

    /** Returns this payload without the unwanted elements; the same object if it has none of them. */
    public Payload without(java.util.function.Predicate<Element> unwanted) {
        return elements().stream().anyMatch(unwanted) ? of(elements().stream().filter(unwanted.negate()).toList())
                : this;
    }

    /** Returns the payload in UTF-8, as inside a {@code jabber:client} stanza. The caller must not change the array. */
    byte[] bytes() {
        var written = bytes;
        if (written == null) bytes = written = write();
        return written;
    }

    private byte[] write() {
        if (prefix == null) return new XmlWriter().nodes(elements(), Stanza.CLIENT).toBytes();
        var first = prefix.bytes();
        var rest = new XmlWriter()
                .nodes(elements().subList(prefix.elements().size(), elements().size()), Stanza.CLIENT).toBytes();
        var all = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return all;
    }

    /** Returns the size in bytes on the wire. */
    public int size() { return bytes().length; }

    @Override public boolean equals(Object o) { return o instanceof Payload p && elements().equals(p.elements()); }

    @Override public int hashCode() { return elements().hashCode(); }

    @Override public String toString() { return elements().toString(); }
}
