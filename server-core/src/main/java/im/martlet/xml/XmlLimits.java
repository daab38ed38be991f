package im.martlet.xml;

/**
 * Bounds on what one first-level element of a stream may be.
 *
 * @param bytes of the whole element, markup included
 * @param depth of nesting, the element itself being 1
 * @param attributes of any one element, namespace declarations included
 */
public record XmlLimits(int bytes, int depth, int attributes) {}
