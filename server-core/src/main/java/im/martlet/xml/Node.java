package im.martlet.xml;

/** A part of the content of an element: a child element or text. */
public sealed interface Node permits Element, Text {}
