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
 * What a stanza carries. Copies of a stanza for other recipients share its payload, and so the bytes: they are written
 * once, whoever is first to need them.
 */
public final class Payload {
    public static final Payload EMPTY = new Payload(List.of(), null);

    private volatile @Nullable List<Element> elements; // null while only the bytes are known
    private final @Nullable Payload beginning; // whose bytes ours begin with
    private volatile byte @Nullable [] bytes; // two threads may both write them: they are the same

    private Payload(@Nullable List<Element> elements, @Nullable Payload beginning) {
        this.elements = elements;
        this.beginning = beginning;
    }

    public static Payload of(List<Element> elements) {
        return elements.isEmpty() ? EMPTY : new Payload(List.copyOf(elements), null);
    }

    public static Payload of(Element... elements) { return of(List.of(elements)); }

    /**
     * A payload that this server has written before, in UTF-8, as it is to be inside a {@code jabber:client} stanza.
     */
    public static Payload written(byte[] bytes) {
        var payload = new Payload(null, null);
        payload.bytes = bytes;
        return payload;
    }

    public List<Element> elements() {
        var known = elements;
        if (known == null) elements = known = read();
        return known;
    }

    private List<Element> read() {
        try {
            return XmlReader
                    .parse("<x xmlns='" + Stanza.CLIENT + "'>" + new String(bytes(), StandardCharsets.UTF_8) + "</x>")
                    .children();
        } catch (XmlException e) {
            throw new IllegalStateException("this was not written here", e);
        }
    }

    public Optional<Element> child(String namespace, String name) {
        for (Element e : elements()) if (e.is(namespace, name)) return Optional.of(e);
        return Optional.empty();
    }

    public boolean has(String namespace, String name) { return child(namespace, name).isPresent(); }

    /** This payload with more at its end. */
    public Payload with(Element... more) {
        return new Payload(Stream.concat(elements().stream(), Stream.of(more)).toList(), this);
    }

    /** This payload without some of its elements; the same object when there are none. */
    public Payload without(java.util.function.Predicate<Element> unwanted) {
        return elements().stream().anyMatch(unwanted) ? of(elements().stream().filter(unwanted.negate()).toList())
                : this;
    }

    /** The payload in UTF-8, inside a {@code jabber:client} stanza. Not to be changed. */
    byte[] bytes() {
        var written = bytes;
        if (written == null) bytes = written = write();
        return written;
    }

    private byte[] write() {
        if (beginning == null) return new XmlWriter().nodes(elements(), Stanza.CLIENT).toBytes();
        var first = beginning.bytes();
        var rest = new XmlWriter()
                .nodes(elements().subList(beginning.elements().size(), elements().size()), Stanza.CLIENT).toBytes();
        var all = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return all;
    }

    /** How many bytes it takes on the wire. */
    public int size() { return bytes().length; }

    @Override public boolean equals(Object o) { return o instanceof Payload p && elements().equals(p.elements()); }

    @Override public int hashCode() { return elements().hashCode(); }

    @Override public String toString() { return elements().toString(); }
}
