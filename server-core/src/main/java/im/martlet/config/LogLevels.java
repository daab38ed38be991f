package im.martlet.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.tomlj.TomlTable;

/**
 * The least levels that are logged: {@code "info"}, or <code>{ default = "info", archive = "debug" }</code>.
 *
 * @param level the level of all parts that have none of their own: {@code error}, {@code warn}, {@code info} or
 * {@code debug}
 * @param parts the levels by part, in the order of the file; a part is a package below {@code im.martlet} or
 * {@code im.martlet.extensions}
 */
public record LogLevels(String level, SequencedMap<String, String> parts) {
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug");
    private static final String DEFAULT = "default";
    private static final String FORM =
            "a level in quotes, or levels of parts such as { default = \"info\", archive = \"debug\" }";

    /** Returns one level for all parts. */
    public static LogLevels of(String level) {
        return new LogLevels(level, new LinkedHashMap<>());
    }

    static LogLevels parse(Object given) {
        if (given instanceof String level) return of(level);
        if (!(given instanceof TomlTable table)) throw new IllegalArgumentException(FORM);
        var parts = new LinkedHashMap<String, String>();
        for (String key : table.keySet()) {
            if (!(table.get(List.of(key)) instanceof String level)) throw new IllegalArgumentException(FORM);
            parts.put(key, level);
        }
        var standard = parts.remove(DEFAULT);
        return new LogLevels(standard == null ? "info" : standard, parts);
    }

    /** Reports each level that does not exist. */
    void check(Config config) {
        if (!LEVELS.contains(level)) config.problem(List.of("server", "log"),
                "'log' in [server] must be one of " + LEVELS + ", not \"" + level + "\"");
        parts.forEach((part, level) -> {
            if (!LEVELS.contains(level)) config.problem(List.of("server", "log", part),
                    "'" + part + "' in 'log' of [server] must be one of " + LEVELS + ", not \"" + level + "\"");
        });
    }
}
