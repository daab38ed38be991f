package im.martlet.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "component", description = "Manages components.", synopsisSubcommandLabel = "COMMAND")
final class ComponentGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list", description = "Lists the configured components and their connections.") int list()
            throws AdminApiClient.FailedException {
        return ctl.ask("component list", Map.of());
    }
}
