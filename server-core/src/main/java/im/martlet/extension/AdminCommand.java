package im.martlet.extension;

import java.util.List;

/**
 * Something an admin can do.
 *
 * @param name words, as they are typed: {@code user add}
 * @param summary one line for people
 * @param action what is done; its result (records, lists, maps) is shown as JSON or as a table
 */
public record AdminCommand(String name, String summary, List<Parameter> parameters, Action action) {
    public record Parameter(String name, boolean required) {}

    /** Does it, or throws an {@link AdminException} that says why not. */
    @FunctionalInterface
    public interface Action {
        Object run(Arguments arguments);
    }

    /** A command whose parameters are all required. */
    public static AdminCommand of(String name, String summary, List<String> required, Action action) {
        return new AdminCommand(name, summary, required.stream().map(p -> new Parameter(p, true)).toList(), action);
    }

    /** This command with one more parameter, which may be left out. */
    public AdminCommand withOptional(String parameter) {
        return new AdminCommand(name, summary, java.util.stream.Stream
                .concat(parameters.stream(), java.util.stream.Stream.of(new Parameter(parameter, false))).toList(),
                action);
    }
}
