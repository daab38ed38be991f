package im.martlet.xml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An immutable XML element. Each change returns a new element, so any thread may share one.
 *
 * <p>Attributes keep their order. The name of an attribute is its local name; in a namespace it is
 * <code>{namespace}local</code>, and for {@code xml:lang} it is {@link #XML_LANG}. Prefixes are not kept, because the
 * writer declares the prefixes that it needs.
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

    /** Returns an empty element. The namespace may be empty. */
    public static Element of(String namespace, String name) {
        return new Element(namespace, name, NO_ATTRIBUTES, List.of());
    }

    /**
     * Returns an element that a reader has put together.
     *
     * @param attributes name, value, name, value ...; the element keeps the array, so the caller must not change it
     */
    public static Element of(String namespace, String name, String[] attributes, List<Node> nodes) {
        return new Element(namespace, name, attributes, List.copyOf(nodes));
    }

    public String namespace() { return namespace; }

    public String name() { return name; }

    public boolean is(String namespace, String name) {
        return this.name.equals(name) && this.namespace.equals(namespace);
    }

    /** Returns the value of an attribute; empty if the element lacks it. */
    public Optional<String> attribute(String attribute) {
        for (int i = 0; i < attributes.length; i += 2)
            if (attributes[i].equals(attribute)) return Optional.of(attributes[i + 1]);
        return Optional.empty();
    }

    /** Returns the number of attributes. */
    public int attributeCount() { return attributes.length / 2; }

    public String attributeName(int index) { return attributes[2 * index]; }

    public String attributeValue(int index) { return attributes[2 * index + 1]; }

    /** Returns child elements and text in document order. */
    public List<Node> nodes() { return nodes; }

    /** Returns the child elements in document order. */
    public List<Element> children() {
        var children = new ArrayList<Element>(nodes.size());
        for (Node node : nodes) if (node instanceof Element child) children.add(child);
        return children;
    }

    /** Returns the first child with this namespace and name. */
    public Optional<Element> child(String namespace, String name) {
        for (Node node : nodes)
            if (node instanceof Element child && child.is(namespace, name)) return Optional.of(child);
        return Optional.empty();
    }

    /** Returns the first child with this name in the element's own namespace. */
    public Optional<Element> child(String name) {
        return child(namespace, name);
    }

    /** Returns the text directly inside the element, joined. */
    public String text() {
        if (nodes.size() == 1 && nodes.getFirst() instanceof Text(var value)) return value;
        var text = new StringBuilder();
        for (Node node : nodes) if (node instanceof Text(var value)) text.append(value);
        return text.toString();
    }

    /** Returns the text of the first child with this name in the element's own namespace. */
    public Optional<String> childText(String name) {
        return child(name).map(Element::text);
    }

    /** Returns this element with an attribute, which replaces one of the same name. */
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

    /** Returns this element with more content at its end. */
    public Element with(Node... more) {
        return with(List.of(more));
    }

    /** Returns this element with more content at its end. */
    public Element with(List<? extends Node> more) {
        return new Element(namespace, name, attributes,
                Stream.concat(nodes.stream(), more.stream()).map(Node.class::cast).toList());
    }

    /** Returns this element with text at its end. An empty text adds nothing. */
    public Element withText(String text) {
        return text.isEmpty() ? this : with(new Text(text));
    }

    /** Returns this element in another namespace and with other content. Name and attributes stay. */
    public Element renamed(String namespace, List<Node> nodes) {
        return new Element(namespace, name, attributes, nodes);
    }

    /** Returns this element with another name, in the same namespace. */
    public Element named(String name) {
        return new Element(namespace, name, attributes, nodes);
    }

    /** Returns this element without some of its child elements. Attributes and text stay. */
    public Element without(Predicate<Element> unwanted) {
        return new Element(namespace, name, attributes,
                nodes.stream().filter(n -> !(n instanceof Element e && unwanted.test(e))).toList());
    }

    @Override public boolean equals(Object o) {
        return o instanceof Element e && name.equals(e.name) && namespace.equals(e.namespace)
                && Arrays.equals(attributes, e.attributes) && nodes.equals(e.nodes);
    }

    @Override public int hashCode() { return 31 * name.hashCode() + nodes.hashCode(); }

    /** Returns the element as XML, with its namespace. */
    @Override public String toString() {
        return XmlWriter.toString(this);
    }
}
