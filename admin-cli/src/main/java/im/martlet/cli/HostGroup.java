package im.martlet.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "host", description = "Manages hosts.", synopsisSubcommandLabel = "COMMAND")
final class HostGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list", description = "Lists the hosts of this server.") int list()
            throws AdminApiClient.FailedException {
        return ctl.ask("host list", Map.of());
    }
}
