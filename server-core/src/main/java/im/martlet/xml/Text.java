package im.martlet.xml;

/** Text, without escapes. */
public record Text(String value) implements Node {}
