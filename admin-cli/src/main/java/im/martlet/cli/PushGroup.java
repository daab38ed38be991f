package im.martlet.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "push", description = "Manages push notifications.", synopsisSubcommandLabel = "COMMAND")
final class PushGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list",
            description = "Lists the push services of an account's devices, and their state.") int list(
                    @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("push list", Map.of("account", account));
    }

    @Command(name = "test",
            description = "Sends a notification to each push service of an account, and shows the answers.") int test(
                    @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("push test", Map.of("account", account));
    }

    @Command(name = "trace", description = "Shows the last notifications of an account, and their results.") int trace(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("push trace", Map.of("account", account));
    }
}
