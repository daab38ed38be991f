package im.martlet.xml;

/** Character data, unescaped. */
public record Text(String value) implements Node {}
