package im.martlet.xml;

/**
 * The limits of one first-level element of a stream.
 *
 * @param bytes the bytes of the whole element, with its markup
 * @param depth the depth of nesting; the first-level element has depth 1
 * @param attributes the attributes of any one element, with its namespace declarations
 */
public record XmlLimits(int bytes, int depth, int attributes) {}
