package im.martlet.config;

import java.util.List;

/** Everything that is wrong with a configuration, a line each, with file and line where there is one. */
public final class ConfigException extends Exception {
    private final List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() { return problems; }
}
