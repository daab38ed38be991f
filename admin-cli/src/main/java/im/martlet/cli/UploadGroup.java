package im.martlet.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "upload", description = "Manages uploaded files.", synopsisSubcommandLabel = "COMMAND")
final class UploadGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list", description = "Lists the files of an account, the newest first.") int list(
            @Parameters(paramLabel = "ACCOUNT") String account,
            @Option(names = "--before", paramLabel = "MOMENT",
                    description = "Lists the files from before this time (2026-11-25T12:00:00Z).") @Nullable String before,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "100",
                    description = "The largest number of files (default: ${DEFAULT-VALUE}).") int limit)
            throws AdminApiClient.FailedException {
        return ctl.ask("upload list",
                Martletctl.given("account", account, "before", before, "limit", String.valueOf(limit)));
    }

    @Command(name = "delete", description = "Deletes a file.") int delete(
            @Parameters(paramLabel = "FILE", description = "The id or the URL of the file.") String file)
            throws AdminApiClient.FailedException {
        return ctl.ask("upload delete", Map.of("file", file));
    }

    @Command(name = "usage", description = "Shows the bytes that an account uses, or each host.") int usage(
            @Parameters(paramLabel = "ACCOUNT", arity = "0..1") @Nullable String account)
            throws AdminApiClient.FailedException {
        return ctl.ask("upload usage", Martletctl.given("account", account));
    }
}
