package im.martlet.xml;

/** What an element contains. */
public sealed interface Node permits Element, Text {}
