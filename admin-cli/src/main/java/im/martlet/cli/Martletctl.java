package im.martlet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@code martletctl}, for picocli. Each group of commands has a class of its own. */
@Command(name = "martletctl", mixinStandardHelpOptions = true, description = "Manages a running Martlet.",
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND", exitCodeListHeading = "Exit status:%n",
        exitCodeList = { "0:success", "1:the server refused the command", "2:wrong usage",
                "3:the server is not running",
                "4:the token cannot be read" },
        subcommands = { UserGroup.class, SessionGroup.class, HostGroup.class, RoomGroup.class, ServerGroup.class,
                ComponentGroup.class, PubSubGroup.class, PepGroup.class, UploadGroup.class, PushGroup.class,
                GenerateCompletion.class })
public final class Martletctl implements Runnable {
    @Option(names = "--json", scope = CommandLine.ScopeType.INHERIT,
            description = "Prints the answer as JSON.") boolean json;

    @Option(names = "--data", scope = CommandLine.ScopeType.INHERIT, paramLabel = "FOLDER",
            defaultValue = "${env:MARTLET_DATA:-data}",
            description = "The server's data folder, which holds the token (default: ${DEFAULT-VALUE}).") Path data =
                    Path.of("data");

    @Option(names = "--admin", scope = CommandLine.ScopeType.INHERIT, paramLabel = "HOST:PORT",
            defaultValue = "${env:MARTLET_ADMIN:-127.0.0.1:5280}",
            description = "The address of the server's admin API (default: ${DEFAULT-VALUE}).") String admin =
                    "127.0.0.1:5280";

    @Spec CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) { System.exit(run(args)); }

    /** Runs a command and returns the exit status. */
    public static int run(String... args) {
        return new CommandLine(new Martletctl()).setExecutionExceptionHandler((failure, commandLine, _) -> {
            commandLine.getErr().println(failure.getMessage());
            return failure instanceof AdminApiClient.FailedException failed ? failed.status() : 1;
        }).execute(args);
    }

    @Override public void run() { throw new ParameterException(spec.commandLine(), "a command is missing"); }

    @Command(name = "status", description = "Shows the state of the server.") int status()
            throws AdminApiClient.FailedException {
        return ask("status", Map.of());
    }

    @Command(name = "extensions", description = "Lists the installed extensions and their XEPs.") int extensions()
            throws AdminApiClient.FailedException {
        return ask("extensions", Map.of());
    }

    @Command(name = "reload",
            description = "Reads configuration and certificates again, and lists the changes.") int reload()
                    throws AdminApiClient.FailedException {
        return ask("reload", Map.of());
    }

    @Command(name = "stop", description = "Stops the server.") int stop() throws AdminApiClient.FailedException {
        return ask("stop", Map.of());
    }

    /** Runs a command of the server and prints its answer. */
    int ask(String command, Map<String, String> arguments) throws AdminApiClient.FailedException {
        JsonNode answer = new AdminApiClient(admin, data.resolve("admin.token")).call(command, arguments);
        spec.commandLine().getOut().println(json ? answer.toPrettyString() : TextTable.of(answer));
        if (answer.size() >= Integer.parseInt(arguments.getOrDefault("limit", String.valueOf(Integer.MAX_VALUE))))
            spec.commandLine().getErr().println("there may be more entries: use --after or --limit");
        return 0;
    }

    /** Returns the arguments that have a value. */
    static Map<String, String> given(String... namesAndValues) {
        var all = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2)
            if (namesAndValues[i + 1] != null) all.put(namesAndValues[i], namesAndValues[i + 1]);
        return all;
    }
}
