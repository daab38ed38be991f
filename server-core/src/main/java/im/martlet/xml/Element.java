package im.martlet.xml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An immutable XML element. Every "change" makes a new one, so an element may be shared freely.
 *
 * <p>Attributes keep their order. An attribute's name is its local name; one that is in a namespace is named
 * <code>{namespace}local</code>, and {@code xml:lang} is named {@link #XML_LANG}. Prefixes are not kept: the writer
 * declares what it needs.
 */
public final class Element implements Node {
    /** The name of the {@code xml:lang} attribute. */
    public static final String XML_LANG = "xml:lang";

    private static final String[] NO_ATTRIBUTES = {};

    private final String namespace;
    private final String name;
    private final String[] attributes; // name, value, name, value ...
    private final List<Node> nodes;

    private Element(String namespace, String name, String[] attributes, List<Node> nodes) {
        this.namespace = namespace;
        this.name = name;
        this.attributes = attributes;
        this.nodes = nodes;
    }

    /** An empty element; {@code namespace} may be empty. */
    public static Element of(String namespace, String name) {
        return new Element(namespace, name, NO_ATTRIBUTES, List.of());
    }

    /**
     * An element from its parts, for readers.
     *
     * @param attributes name, value, name, value ...; the array is kept, so the caller must not touch it again
     */
    public static Element of(String namespace, String name, String[] attributes, List<Node> nodes) {
        return new Element(namespace, name, attributes, List.copyOf(nodes));
    }

    public String namespace() { return namespace; }

    public String name() { return name; }

    public boolean is(String namespace, String name) {
        return this.name.equals(name) && this.namespace.equals(namespace);
    }

    /** The value of an attribute, empty when there is none. */
    public Optional<String> attribute(String attribute) {
        for (int i = 0; i < attributes.length; i += 2)
            if (attributes[i].equals(attribute)) return Optional.of(attributes[i + 1]);
        return Optional.empty();
    }

    /** The number of attributes. */
    public int attributeCount() { return attributes.length / 2; }

    public String attributeName(int index) { return attributes[2 * index]; }

    public String attributeValue(int index) { return attributes[2 * index + 1]; }

    /** Children and character data in document order. */
    public List<Node> nodes() { return nodes; }

    /** Child elements in document order. */
    public List<Element> children() {
        var children = new ArrayList<Element>(nodes.size());
        for (Node node : nodes) if (node instanceof Element child) children.add(child);
        return children;
    }

    /** The first child with this namespace and name. */
    public Optional<Element> child(String namespace, String name) {
        for (Node node : nodes)
            if (node instanceof Element child && child.is(namespace, name)) return Optional.of(child);
        return Optional.empty();
    }

    /** The first child with this name in the element's own namespace. */
    public Optional<Element> child(String name) {
        return child(namespace, name);
    }

    /** The character data directly inside, joined. */
    public String text() {
        if (nodes.size() == 1 && nodes.getFirst() instanceof Text(var value)) return value;
        var text = new StringBuilder();
        for (Node node : nodes) if (node instanceof Text(var value)) text.append(value);
        return text.toString();
    }

    /** The text of the first child with this name in the element's own namespace. */
    public Optional<String> childText(String name) {
        return child(name).map(Element::text);
    }

    /** This element with an attribute set, replacing one of the same name. */
    public Element with(String attribute, Object value) {
        for (int i = 0; i < attributes.length; i += 2)
            if (attributes[i].equals(attribute)) {
                var copy = attributes.clone();
                copy[i + 1] = value.toString();
                return new Element(namespace, name, copy, nodes);
            }
        var copy = Arrays.copyOf(attributes, attributes.length + 2);
        copy[copy.length - 2] = attribute;
        copy[copy.length - 1] = value.toString();
        return new Element(namespace, name, copy, nodes);
    }

    /** This element with more content at its end. */
    public Element with(Node... more) { return with(List.of(more)); }

    /** This element with more content at its end. */
    public Element with(List<? extends Node> more) {
        return new Element(namespace, name, attributes,
                Stream.concat(nodes.stream(), more.stream()).map(Node.class::cast).toList());
    }

    /** This element with character data at its end; nothing is added for an empty text. */
    public Element withText(String text) {
        return text.isEmpty() ? this : with(new Text(text));
    }

    /** This element in another namespace and with other content; name and attributes stay. */
    public Element renamed(String namespace, List<Node> nodes) {
        return new Element(namespace, name, attributes, nodes);
    }

    /** This element under another name, in the same namespace. */
    public Element named(String name) {
        return new Element(namespace, name, attributes, nodes);
    }

    /** This element without the content that a caller does not want; attributes stay. */
    public Element without(java.util.function.Predicate<Element> unwanted) {
        return new Element(namespace, name, attributes,
                nodes.stream().filter(n -> !(n instanceof Element e && unwanted.test(e))).toList());
    }

    @Override public boolean equals(Object o) {
        return o instanceof Element e && name.equals(e.name) && namespace.equals(e.namespace)
                && Arrays.equals(attributes, e.attributes) && nodes.equals(e.nodes);
    }

    @Override public int hashCode() { return 31 * name.hashCode() + nodes.hashCode(); }

    /** The element as XML text, complete with its namespace. */
    @Override public String toString() {
        return XmlWriter.toString(this);
    }
}
