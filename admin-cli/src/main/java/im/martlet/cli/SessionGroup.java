package im.martlet.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "session", description = "Manages sessions.", synopsisSubcommandLabel = "COMMAND")
final class SessionGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list", description = "Lists the sessions.") int list(
            @Parameters(paramLabel = "ACCOUNT", arity = "0..1") @Nullable String account)
            throws AdminApiClient.FailedException {
        return ctl.ask("session list", Martletctl.given("account", account));
    }

    @Command(name = "kick", description = "Ends one session, or all sessions of an account.") int kick(
            @Parameters(paramLabel = "ADDRESS") String address,
            @Option(names = "--reason", paramLabel = "TEXT",
                    description = "The reason for the client.") @Nullable String reason)
            throws AdminApiClient.FailedException {
        return ctl.ask("session kick", Martletctl.given("address", address, "reason", reason));
    }
}
