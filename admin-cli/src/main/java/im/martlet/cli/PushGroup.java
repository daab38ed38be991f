package im.martlet.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "push", description = "Notifications of what an account misses.", synopsisSubcommandLabel = "COMMAND")
final class PushGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list",
            description = "Lists the services that notify an account's devices, and how that goes.") int list(
                    @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("push list", Map.of("account", account));
    }

    @Command(name = "test", description = "Sends a notification to each of them, and shows what they answer.") int test(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("push test", Map.of("account", account));
    }

    @Command(name = "trace", description = "Shows what happened to the last notifications of an account.") int trace(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("push trace", Map.of("account", account));
    }
}
