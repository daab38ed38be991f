package im.martlet.extension;

import java.util.List;

/**
 * A command of the admin API.
 *
 * @param name the words of the command, as an admin types them: {@code user add}
 * @param summary a description of one line
 * @param action the code to run; its result (records, lists, maps) is shown as JSON or as a table
 */
public record AdminCommand(String name, String summary, List<Parameter> parameters, Action action) {
    public record Parameter(String name, boolean required) {}

    /** Runs the command, or throws an {@link AdminException} with the reason. May block. */
    @FunctionalInterface
    public interface Action {
        Object run(Arguments arguments);
    }

    /** Returns a command with required parameters only. */
    public static AdminCommand of(String name, String summary, List<String> required, Action action) {
        return new AdminCommand(name, summary, required.stream().map(p -> new Parameter(p, true)).toList(), action);
    }

    /** Returns this command with one more parameter, which is optional. */
    public AdminCommand withOptional(String parameter) {
        return new AdminCommand(name, summary, java.util.stream.Stream
                .concat(parameters.stream(), java.util.stream.Stream.of(new Parameter(parameter, false))).toList(),
                action);
    }
}
