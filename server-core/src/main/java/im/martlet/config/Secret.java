package im.martlet.config;

/** Something that must not be printed: {@code "text"}, {@code { file = "path" }} or {@code { env = "NAME" }}. */
public record Secret(String value) {
    @Override public String toString() { return "Secret"; }
}
