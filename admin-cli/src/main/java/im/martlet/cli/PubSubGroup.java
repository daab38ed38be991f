package im.martlet.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "pubsub", description = "Manages publish-subscribe nodes.", synopsisSubcommandLabel = "COMMAND",
        subcommands = PubSubGroup.NodeGroup.class)
final class PubSubGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "node", description = "Manages nodes of a service, such as pubsub.example.org, or of an account.",
            synopsisSubcommandLabel = "COMMAND")
    static final class NodeGroup implements Runnable {
        @ParentCommand PubSubGroup group = new PubSubGroup();

        @Override public void run() { new CommandLine(this).usage(System.err); }

        @Command(name = "list", description = "Lists nodes.") int list(@Parameters(paramLabel = "WHERE") String at,
                @Option(names = "--after", paramLabel = "NODE",
                        description = "Lists the nodes after this one.") @Nullable String after)
                throws AdminApiClient.FailedException {
            return group.ctl.ask("pubsub node list", Martletctl.given("at", at, "after", after));
        }

        @Command(name = "show",
                description = "Shows a node: its configuration, affiliations and subscriptions.") int show(
                        @Parameters(paramLabel = "WHERE") String at, @Parameters(paramLabel = "NODE") String node)
                        throws AdminApiClient.FailedException {
            return group.ctl.ask("pubsub node show", Map.of("at", at, "node", node));
        }

        @Command(name = "delete",
                description = "Deletes a node and all its items, and tells its subscribers.") int delete(
                        @Parameters(paramLabel = "WHERE") String at, @Parameters(paramLabel = "NODE") String node)
                        throws AdminApiClient.FailedException {
            return group.ctl.ask("pubsub node delete", Map.of("at", at, "node", node));
        }

        @Command(name = "config",
                description = "Changes a setting of a node, such as access_model or max_items.") int config(
                        @Parameters(paramLabel = "WHERE") String at, @Parameters(paramLabel = "NODE") String node,
                        @Parameters(paramLabel = "SETTING") String setting,
                        @Parameters(paramLabel = "VALUE") String value) throws AdminApiClient.FailedException {
            return group.ctl.ask("pubsub node config",
                    Map.of("at", at, "node", node, "setting", setting, "value", value));
        }
    }
}
