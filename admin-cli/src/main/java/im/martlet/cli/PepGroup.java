package im.martlet.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "pep", description = "Manages the nodes of accounts: avatars, bookmarks, keys ...",
        synopsisSubcommandLabel = "COMMAND")
final class PepGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list", description = "Lists the nodes of an account.") int list(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("pep list", Map.of("at", account));
    }
}
