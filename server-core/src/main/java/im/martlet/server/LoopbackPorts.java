package im.martlet.server;

/** Settings that open every entrance on a random port of the loopback address, for the rehearsal and for tests. */
public final class LoopbackPorts {
    public static final String PROXY = """
            [proxy]
            listen = ["127.0.0.1:0"]
            """;
    public static final String HTTP = """
            [http]
            tls = ["127.0.0.1:0"]
            plain = ["127.0.0.1:0"]
            local = ["127.0.0.1:0"]
            """;

    private LoopbackPorts() {}

    /**
     * Returns the sections {@code [listen]}, {@code [proxy]} and {@code [http]} as TOML.
     *
     * @param listeners the keys of {@code [listen]} to open, such as "client_tls"; the admin API is always open
     */
    public static String toml(String... listeners) {
        var toml = new StringBuilder("[listen]\n");
        for (String listener : listeners) toml.append(listener).append(" = [\"127.0.0.1:0\"]\n");
        return toml.append("admin = \"127.0.0.1:0\"\n").append(PROXY).append(HTTP).toString();
    }
}
