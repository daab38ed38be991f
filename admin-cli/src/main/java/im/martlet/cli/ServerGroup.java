package im.martlet.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "s2s", description = "Manages streams with other servers.", synopsisSubcommandLabel = "COMMAND")
final class ServerGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list", description = "Lists the streams with other servers.") int list()
            throws AdminApiClient.FailedException {
        return ctl.ask("s2s list", Martletctl.given());
    }

    @Command(name = "show",
            description = "Shows the streams with a domain, and the stanzas that wait for it.") int show(
                    @Parameters(paramLabel = "DOMAIN") String domain) throws AdminApiClient.FailedException {
        return ctl.ask("s2s show", Martletctl.given("domain", domain));
    }

    @Command(name = "close",
            description = "Ends the streams with a domain. Waiting stanzas are sent over new streams.") int close(
                    @Parameters(paramLabel = "DOMAIN") String domain) throws AdminApiClient.FailedException {
        return ctl.ask("s2s close", Martletctl.given("domain", domain));
    }

    @Command(name = "test",
            description = "Tries to connect to a domain, step by step, and shows the first problem.") int test(
                    @Parameters(paramLabel = "DOMAIN") String domain,
                    @Option(names = "--from", paramLabel = "HOST",
                            description = "The host of this server to connect from.") @Nullable String from)
                    throws AdminApiClient.FailedException {
        return ctl.ask("s2s test", Martletctl.given("domain", domain, "from", from));
    }
}
